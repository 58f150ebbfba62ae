import CUV

/// What libuv knows of the machine.
public enum SystemInfo {
  /// Bytes of memory that the process may use: the machine's, or the control group's if that is less
  /// (`uv_get_total_memory`, `uv_get_constrained_memory`).
  public static var memoryBytes: UInt64 {
    let total = uv_get_total_memory()
    let constrained = uv_get_constrained_memory()
    // Without a limit, the kernel's answer is 0 or a number beyond all memory.
    return constrained > 0 ? min(total, constrained) : total
  }
}
