import Specification

/// Finds codes by the names that the gateway's document gives them.
struct ErrorNames {
    private let dialect: any WireDialect
    private var ranges: [String: ClosedRange<Int64>] = [:]

    /// - Parameter entries: the scenarios' `ranges`, each from its lowest error to its highest
    init(_ dialect: any WireDialect, ranges entries: [SpecEntry]) throws(SpecificationError) {
        self.dialect = dialect
        for entry in entries {
            guard dialect.code(ofError: entry.key) == nil else {
                throw entry.value.error("the range \(entry.key) has the name of an error")
            }
            var fields = try entry.value.fields("the range \(entry.key)")
            let lowest = try code(fields.required("lowest"))
            let highest = try code(fields.required("highest"))
            try fields.finish()
            guard lowest <= highest else { throw entry.value.error("the range \(entry.key) is empty") }
            ranges[entry.key] = lowest...highest
        }
    }

    /// `any`, a name, or a list of names.
    func codes(_ node: SpecNode) throws(SpecificationError) -> ErrorCodes {
        if case .string("any") = node.content { return .any }
        guard case .sequence(let nodes) = node.content else { return .named([try namedCodes(node)]) }
        var codes: [NamedCodes] = []
        for node in nodes { codes.append(try namedCodes(node)) }
        guard !codes.isEmpty else { throw node.error("`error` names none") }
        return .named(codes)
    }

    private func namedCodes(_ node: SpecNode) throws(SpecificationError) -> NamedCodes {
        let name = try node.string("error")
        if let range = ranges[name] { return NamedCodes(name: name, codes: range) }
        let code = try code(node)
        return NamedCodes(name: name, codes: code...code)
    }

    private func code(_ node: SpecNode) throws(SpecificationError) -> Int64 {
        let name = try node.string("error")
        guard let code = dialect.code(ofError: name) else {
            throw node.error("there is no error \(name) in \(dialect.documentName)")
        }
        return code
    }
}
