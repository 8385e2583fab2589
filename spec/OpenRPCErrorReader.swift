/// Reads `components.errors` together with the extension `x-errors`.
///
/// OpenRPC allows an error its code and one message, and nothing else. What ours have beside that (two more languages,
/// rules about the answer) stands at the root of the document under the same names.
struct OpenRPCErrorReader {
    let ranges: [OpenRPCCodeRange]
    /// `x-errors`.
    let extensions: [SpecEntry]

    func errors(_ entries: [SpecEntry]) throws(SpecificationError) -> [OpenRPCError] {
        var errors: [OpenRPCError] = []
        for entry in entries { errors.append(try error(entry, known: errors)) }
        for entry in extensions where !errors.contains(where: { $0.name == entry.key }) {
            throw SpecificationError(
                document: entry.value.document, line: entry.line, message: "there is no error \(entry.key)")
        }
        return errors
    }

    private func error(_ entry: SpecEntry, known: [OpenRPCError]) throws(SpecificationError) -> OpenRPCError {
        guard let more = extensions.first(where: { $0.key == entry.key }) else {
            throw SpecificationError(
                document: entry.value.document, line: entry.line, message: "x-errors lacks \(entry.key)")
        }
        var fields = try entry.value.fields("the error \(entry.key)")
        var rules = try more.value.fields("\(entry.key) in x-errors")
        let codeNode = try fields.required("code")
        guard let code = Int(exactly: try codeNode.integer("code")) else { throw codeNode.error("no such code") }
        let english = try fields.requiredString("message")
        try fields.finish()
        let range = try range(of: code, at: codeNode, named: rules.optional("range"))
        try checkSharing(code: code, at: codeNode, with: rules.optional("same-code-as"), known)
        let error = OpenRPCError(
            name: entry.key,
            code: code,
            text: LocalizedText(
                ru: try rules.requiredString("ru"), uz: try rules.requiredString("uz"), en: english),
            data: try rules.optional("data")?.word("data") ?? range?.data ?? .optional,
            textRule: try rules.optional("text")?.word("text") ?? range?.textRule ?? .fixed,
            line: entry.line)
        try rules.finish()
        return error
    }

    /// A code lies in a range exactly if its error says so.
    private func range(
        of code: Int, at codeNode: SpecNode, named nameNode: SpecNode?
    ) throws(SpecificationError) -> OpenRPCCodeRange? {
        guard let nameNode else {
            guard let range = ranges.first(where: { $0.codes.contains(code) }) else { return nil }
            throw codeNode.error("the code \(code) lies in the range \(range.name), which x-errors does not say")
        }
        let name = try nameNode.string("range")
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
        guard let otherNode else {
            guard let owner = known.first(where: { $0.code == code }) else { return }
            throw codeNode.error("the code \(code) already belongs to \(owner.name)")
        }
        let name = try otherNode.string("same-code-as")
        guard let other = known.first(where: { $0.name == name }) else {
            throw otherNode.error("there is no error \(name) above this one")
        }
        guard other.code == code else { throw otherNode.error("\(name) has the code \(other.code), not \(code)") }
    }
}
