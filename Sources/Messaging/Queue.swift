/// First in, first out, in constant time on average.
struct Queue<Element> {
  private var elements: [Element?] = []
  private var head = 0

  var isEmpty: Bool { head == elements.count }

  var first: Element? { head < elements.count ? elements[head] : nil }

  mutating func append(_ element: consuming Element) {
    elements.append(element)
  }

  @discardableResult
  mutating func removeFirst() -> Element? {
    guard head < elements.count, let element = elements[head].take() else { return nil }
    head += 1
    // What has gone is cut off when it is half of the whole: each element is moved once at most.
    if head * 2 > elements.count {
      elements.removeFirst(head)
      head = 0
    }
    return element
  }

  /// Takes out the first element that fits, wherever it is.
  mutating func remove(where fits: (Element) -> Bool) -> Element? {
    for place in head..<elements.count {
      guard let element = elements[place], fits(element) else { continue }
      if place == head { return removeFirst() }
      elements.remove(at: place)
      return element
    }
    return nil
  }
}
