// Typed readers. `what` names the value in the error: "`minimum` must be an integer, not a string".
extension SpecNode {
    /// The text of a string, which may not be empty.
    public func string(_ what: String) throws(SpecificationError) -> String {
        guard case .string(let text) = content else { throw mismatch(what, "a string") }
        guard text.contains(where: { !$0.isWhitespace }) else { throw error("`\(what)` must not be empty") }
        return text
    }

    /// A 64-bit integer.
    public func integer(_ what: String) throws(SpecificationError) -> Int64 {
        guard case .integer(let number) = content else { throw mismatch(what, "an integer") }
        return number
    }

    /// `true` or `false`.
    public func boolean(_ what: String) throws(SpecificationError) -> Bool {
        guard case .boolean(let flag) = content else { throw mismatch(what, "true or false") }
        return flag
    }

    /// The items of a list.
    public func sequence(_ what: String) throws(SpecificationError) -> [SpecNode] {
        guard case .sequence(let items) = content else { throw mismatch(what, "a list") }
        return items
    }

    /// The strings of a list, each of them once.
    public func uniqueStrings(_ what: String) throws(SpecificationError) -> [String] {
        var seen: [String] = []
        for item in try sequence(what) {
            let text = try item.string(what)
            guard !seen.contains(text) else { throw item.error("`\(what)` has \"\(text)\" twice") }
            seen.append(text)
        }
        return seen
    }

    /// The entries of a mapping whose keys are names, not keywords.
    public func entries(_ what: String) throws(SpecificationError) -> [SpecEntry] {
        guard case .mapping(let entries) = content else { throw mismatch(what, "a mapping") }
        return entries
    }

    /// A reader for a mapping whose keys are keywords.
    public func fields(_ what: String) throws(SpecificationError) -> SpecFields {
        SpecFields(of: self, entries: try entries(what), what: what)
    }

    /// One of a few words.
    public func word<Word: RawRepresentable & CaseIterable>(
        _ what: String, as type: Word.Type = Word.self
    ) throws(SpecificationError) -> Word where Word.RawValue == String {
        let text = try string(what)
        guard let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw error("`\(what)` must be one of \(known), not \"\(text)\"")
        }
        return word
    }

    private func mismatch(_ what: String, _ wanted: String) -> SpecificationError {
        error("`\(what)` must be \(wanted), not \(kind)")
    }
}
