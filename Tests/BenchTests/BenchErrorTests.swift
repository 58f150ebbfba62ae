import Testing

@testable import Bench

@Suite("Why a measurement could not be made") struct BenchErrorTests {
  @Test("an error is its sentence") func sentence() {
    #expect("\(BenchError.server("the server is gone"))" == "the server is gone")
    #expect("\(BenchError.system("no more descriptors"))" == "no more descriptors")
  }
}
