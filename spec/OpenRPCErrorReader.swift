/// Reads `components.errors`.
struct OpenRPCErrorReader {
    let ranges: [OpenRPCCodeRange]

    func errors(_ entries: [SpecEntry]) throws(SpecificationError) -> [OpenRPCError] {
        var errors: [OpenRPCError] = []
        for entry in entries { errors.append(try error(entry, known: errors)) }
        return errors
    }

    private func error(_ entry: SpecEntry, known: [OpenRPCError]) throws(SpecificationError) -> OpenRPCError {
        var fields = try entry.value.fields("the error \(entry.key)")
        let codeNode = try fields.required("code")
        guard let code = Int(exactly: try codeNode.integer("code")) else { throw codeNode.error("no such code") }
        let range = try range(of: code, at: codeNode, named: fields.optional("x-range"))
        try checkSharing(code: code, at: codeNode, with: fields.optional("x-same-code-as"), known)
        let error = OpenRPCError(
            name: entry.key,
            code: code,
            text: try text(&fields),
            data: try fields.optional("x-data")?.word("x-data") ?? range?.data ?? .optional,
            textRule: try fields.optional("x-text")?.word("x-text") ?? range?.textRule ?? .fixed,
            line: entry.line)
        try fields.finish()
        return error
    }

    /// OpenRPC's own `message` is one string, so it is the English text; `x-message` has the other languages.
    private func text(_ fields: inout SpecFields) throws(SpecificationError) -> LocalizedText {
        let english = try fields.requiredString("message")
        var others = try fields.required("x-message").fields("x-message")
        let text = LocalizedText(
            ru: try others.requiredString("ru"), uz: try others.requiredString("uz"), en: english)
        try others.finish()
        return text
    }

    /// A code lies in a range exactly if its error says so.
    private func range(
        of code: Int, at codeNode: SpecNode, named nameNode: SpecNode?
    ) throws(SpecificationError) -> OpenRPCCodeRange? {
        guard let nameNode else {
            guard let range = ranges.first(where: { $0.codes.contains(code) }) else { return nil }
            throw codeNode.error("the code \(code) lies in the range \(range.name), so the error needs `x-range`")
        }
        let name = try nameNode.string("x-range")
        guard let range = ranges.first(where: { $0.name == name }) else {
            throw nameNode.error("there is no code range \(name)")
        }
        guard range.codes.contains(code) else {
            throw codeNode.error("the code \(code) lies outside the range \(name)")
        }
        return range
    }

    private func checkSharing(
        code: Int, at codeNode: SpecNode, with otherNode: SpecNode?, _ known: [OpenRPCError]
    ) throws(SpecificationError) {
        let owner = known.first { $0.code == code }
        guard let otherNode else {
            guard let owner else { return }
            throw codeNode.error("the code \(code) already belongs to \(owner.name)")
        }
        let name = try otherNode.string("x-same-code-as")
        guard let other = known.first(where: { $0.name == name }) else {
            throw otherNode.error("there is no error \(name) above this one")
        }
        guard other.code == code else { throw otherNode.error("\(name) has the code \(other.code), not \(code)") }
    }
}
