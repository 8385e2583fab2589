/// Reads a mapping field by field and knows what was not read.
///
/// Ask for every keyword the mapping may have, then call ``finish()``: a key that nobody asked for is refused, so a
/// misspelt keyword never passes for an absent one.
public struct SpecFields {
    /// The mapping itself, for errors about the whole.
    public let node: SpecNode
    private let what: String
    private var unread: [SpecEntry]

    init(of node: SpecNode, entries: [SpecEntry], what: String) {
        self.node = node
        self.what = what
        self.unread = entries
    }

    /// The value of a key, or nil if the key is absent.
    public mutating func optional(_ key: String) -> SpecNode? {
        guard let index = unread.firstIndex(where: { $0.key == key }) else { return nil }
        return unread.remove(at: index).value
    }

    /// The value of a key that must be there.
    public mutating func required(_ key: String) throws(SpecificationError) -> SpecNode {
        guard let value = optional(key) else { throw node.error("\(what) lacks `\(key)`") }
        return value
    }

    /// Refuses the first key that was not asked for.
    public func finish() throws(SpecificationError) {
        guard let entry = unread.first else { return }
        throw SpecificationError(
            document: node.document, line: entry.line, message: "\(what) has an unknown key `\(entry.key)`")
    }
}

extension SpecFields {
    /// The text under a key.
    ///
    /// - Throws: ``SpecificationError`` if the key is absent, or something else stands there.
    public mutating func requiredString(_ key: String) throws(SpecificationError) -> String {
        try required(key).string(key)
    }

    /// The integer under a key.
    ///
    /// - Throws: ``SpecificationError`` if the key is absent, or something else stands there.
    public mutating func requiredInteger(_ key: String) throws(SpecificationError) -> Int64 {
        try required(key).integer(key)
    }

    /// The list under a key.
    ///
    /// - Throws: ``SpecificationError`` if the key is absent, or something else stands there.
    public mutating func requiredSequence(_ key: String) throws(SpecificationError) -> [SpecNode] {
        try required(key).sequence(key)
    }

    /// The text under a key, or nil if the key is absent.
    ///
    /// - Throws: ``SpecificationError`` if something else stands there.
    public mutating func optionalString(_ key: String) throws(SpecificationError) -> String? {
        try optional(key)?.string(key)
    }

    /// The integer under a key, or nil if the key is absent.
    ///
    /// - Throws: ``SpecificationError`` if something else stands there.
    public mutating func optionalInteger(_ key: String) throws(SpecificationError) -> Int64? {
        try optional(key)?.integer(key)
    }

    /// `true` or `false` under a key, or nil if the key is absent.
    ///
    /// - Throws: ``SpecificationError`` if something else stands there.
    public mutating func optionalBoolean(_ key: String) throws(SpecificationError) -> Bool? {
        try optional(key)?.boolean(key)
    }

    /// The list under a key, or nil if the key is absent.
    ///
    /// - Throws: ``SpecificationError`` if something else stands there.
    public mutating func optionalSequence(_ key: String) throws(SpecificationError) -> [SpecNode]? {
        try optional(key)?.sequence(key)
    }
}
