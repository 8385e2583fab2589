/// Reads `methods`.
struct OpenRPCMethodReader {
    private static let refPrefix = "#/components/errors/"

    var schemas: JSONSchemaReader
    let errors: [OpenRPCError]
    let rules: OpenRPCProtocol

    mutating func methods(_ nodes: [SpecNode]) throws(SpecificationError) -> [OpenRPCMethod] {
        var methods: [OpenRPCMethod] = []
        for node in nodes {
            let method = try method(node)
            guard !methods.contains(where: { $0.name == method.name }) else {
                throw node.error("the method \(method.name) is there twice")
            }
            methods.append(method)
        }
        return methods
    }

    private enum ParamStructure: String, CaseIterable {
        case byName = "by-name"
    }

    private mutating func method(_ node: SpecNode) throws(SpecificationError) -> OpenRPCMethod {
        var fields = try node.fields("a method")
        let name = try fields.requiredString("name")
        let summary = try fields.requiredString("summary")
        _ = try fields.optionalString("description")
        _ = try fields.required("paramStructure").word("paramStructure", as: ParamStructure.self)
        let method = OpenRPCMethod(
            name: name,
            summary: summary,
            source: try fields.optionalString("x-source"),
            isOptional: try fields.optionalBoolean("x-optional") ?? false,
            parameters: try parameters(fields.requiredSequence("params")),
            result: try result(fields.required("result")),
            errors: try errorNames(fields.requiredSequence("errors")),
            invalidParams: try invalidParams(fields.optional("x-invalid-params")),
            line: node.line)
        try fields.finish()
        return method
    }

    private mutating func parameters(_ nodes: [SpecNode]) throws(SpecificationError) -> [OpenRPCMethod.Parameter] {
        var parameters: [OpenRPCMethod.Parameter] = []
        for node in nodes {
            var fields = try node.fields("a parameter")
            let name = try fields.requiredString("name")
            guard !parameters.contains(where: { $0.name == name }) else {
                throw node.error("the parameter \(name) is there twice")
            }
            _ = try fields.optionalString("description")
            let isRequired = try fields.optionalBoolean("required") ?? false
            let schema = try schemas.schema(fields.required("schema"))
            try fields.finish()
            parameters.append(.init(name: name, isRequired: isRequired, schema: schema, line: node.line))
        }
        return parameters
    }

    private mutating func result(_ node: SpecNode) throws(SpecificationError) -> JSONSchema {
        var fields = try node.fields("a result")
        _ = try fields.requiredString("name")
        _ = try fields.optionalString("description")
        let schema = try schemas.schema(fields.required("schema"))
        try fields.finish()
        return schema
    }

    private func errorNames(_ nodes: [SpecNode]) throws(SpecificationError) -> [String] {
        var names: [String] = []
        for node in nodes {
            var fields = try node.fields("an error of a method")
            let reference = try fields.required("$ref")
            try fields.finish()
            let path = try reference.string("$ref")
            let name = String(path.dropFirst(Self.refPrefix.count))
            guard path.hasPrefix(Self.refPrefix), errors.contains(where: { $0.name == name }) else {
                throw reference.error("there is no \(path)")
            }
            guard !names.contains(name) else { throw reference.error("the method declares \(name) twice") }
            names.append(name)
        }
        return names
    }

    private func invalidParams(_ node: SpecNode?) throws(SpecificationError) -> String {
        guard let node else { return rules.errorName(for: .invalidParams) }
        let name = try node.string("x-invalid-params")
        guard errors.contains(where: { $0.name == name }) else { throw node.error("there is no error \(name)") }
        return name
    }
}
