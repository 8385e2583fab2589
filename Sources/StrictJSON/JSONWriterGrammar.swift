/// Which call of a ``JSONWriter`` may come next, and whether a comma must come first.
///
/// One bit for each open array or object, so that a writer needs no memory but its output. What is asserted here is
/// checked in a debug build only: in a release build a wrong order of calls gives a wrong document, and nothing worse.
struct JSONWriterGrammar: Sendable {
    private enum Next {
        /// The value of the key just written.
        case memberValue
        /// The document itself, or the first thing in a container.
        case first
        /// A further thing in a container; nothing at all if the document is complete.
        case further
    }

    private var next = Next.first
    private var isStarted = false
    private var depth = 0

    /// A bit for each open container, the innermost lowest; 1 is an object.
    private var objects: UInt64 = 0

    /// Whether a document is there, and everything closed.
    var isComplete: Bool { isStarted && depth == 0 }

    private var isInObject: Bool { depth > 0 && objects & 1 == 1 }

    /// A value comes; tells whether a comma must come first.
    mutating func value() -> Bool {
        assert(depth > 0 || !isStarted, "A JSON document is one value")
        assert(!isInObject || next == .memberValue, "A member of a JSON object begins with its key")
        let needsComma = next == .further
        isStarted = true
        next = .further
        return needsComma
    }

    /// A key comes; tells whether a comma must come first.
    mutating func key() -> Bool {
        assert(isInObject, "A key outside a JSON object")
        assert(next != .memberValue, "A key where the value of another key must come")
        let needsComma = next == .further
        next = .memberValue
        return needsComma
    }

    /// A container begins; tells whether a comma must come first.
    mutating func begin(isObject: Bool) -> Bool {
        let needsComma = value()
        assert(depth < JSONWriter.maximumDepth, "A JSON document nested deeper than JSONWriter.maximumDepth")
        depth += 1
        objects = objects << 1 | (isObject ? 1 : 0)
        next = .first
        return needsComma
    }

    /// A container ends.
    mutating func end(isObject: Bool) {
        assert(depth > 0 && isInObject == isObject, "The end of a JSON container that is not open")
        assert(next != .memberValue, "A JSON key without a value")
        depth -= 1
        objects >>= 1
        next = .further
    }
}
