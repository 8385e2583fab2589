/// Reads the schemas of one document, following `$ref` into its `components.schemas`.
struct JSONSchemaReader {
    private static let refPrefix = "#/components/schemas/"

    private let components: [SpecEntry]
    private var finished: [String: JSONSchema] = [:]
    private var inProgress: [String] = []

    /// - Parameter components: the entries of `components.schemas`
    init(components: [SpecEntry]) {
        self.components = components
    }

    /// Reads a schema or a `$ref` to one.
    mutating func schema(_ node: SpecNode) throws(SpecificationError) -> JSONSchema {
        var fields = try node.fields("a schema")
        guard let reference = fields.optional("$ref") else { return try inlineSchema(node, &fields) }
        _ = try fields.optionalString("description")
        try fields.finish()
        return try component(reference)
    }

    /// Refuses component schemas that nothing refers to.
    func refuseUnused() throws(SpecificationError) {
        guard let unused = components.first(where: { finished[$0.key] == nil }) else { return }
        throw SpecificationError(
            document: unused.value.document, line: unused.line, message: "nothing uses the schema \(unused.key)")
    }

    private mutating func component(_ reference: SpecNode) throws(SpecificationError) -> JSONSchema {
        let path = try reference.string("$ref")
        let name = String(path.dropFirst(Self.refPrefix.count))
        guard path.hasPrefix(Self.refPrefix), let entry = components.first(where: { $0.key == name }) else {
            throw reference.error("there is no \(path)")
        }
        if let known = finished[name] { return known }
        guard !inProgress.contains(name) else { throw reference.error("the schema \(name) refers to itself") }
        inProgress.append(name)
        let schema = try schema(entry.value)
        inProgress.removeLast()
        finished[name] = schema
        return schema
    }

    private mutating func inlineSchema(
        _ node: SpecNode, _ fields: inout SpecFields
    ) throws(SpecificationError) -> JSONSchema {
        let types = try Self.types(fields.optional("type"))
        let schema = JSONSchema(
            types: types,
            literals: try Self.literals(&fields, types),
            properties: try properties(&fields, types),
            allowsOtherProperties: try Self.keyword("additionalProperties", .object, &fields, types)?
                .boolean("additionalProperties") ?? true,
            items: try items(&fields, types),
            itemCount: try Self.bounds("minItems", "maxItems", of: .array, &fields, types, floor: 0),
            length: try Self.bounds("minLength", "maxLength", of: .string, &fields, types, floor: 0),
            range: try Self.bounds("minimum", "maximum", of: .integer, &fields, types, floor: .min),
            isInt64: try Self.isInt64(&fields, types),
            description: try fields.optionalString("description"),
            examples: try fields.optionalSequence("examples") ?? [],
            line: node.line)
        try fields.finish()
        return schema
    }

    private mutating func items(
        _ fields: inout SpecFields, _ types: JSONSchema.Types
    ) throws(SpecificationError) -> JSONSchema? {
        guard let node = try Self.keyword("items", .array, &fields, types) else { return nil }
        return try schema(node)
    }

    private mutating func properties(
        _ fields: inout SpecFields, _ types: JSONSchema.Types
    ) throws(SpecificationError) -> [JSONSchema.Property] {
        let entries = try Self.keyword("properties", .object, &fields, types)?.entries("properties") ?? []
        let requiredNode = try Self.keyword("required", .object, &fields, types)
        let required = try requiredNode?.uniqueStrings("required") ?? []
        for item in try requiredNode?.sequence("required") ?? [] {
            let name = try item.string("required")
            guard entries.contains(where: { $0.key == name }) else {
                throw item.error("`required` names \(name), which `properties` does not have")
            }
        }
        var properties: [JSONSchema.Property] = []
        for entry in entries {
            properties.append(
                JSONSchema.Property(
                    name: entry.key, schema: try schema(entry.value), isRequired: required.contains(entry.key)))
        }
        return properties
    }
}
