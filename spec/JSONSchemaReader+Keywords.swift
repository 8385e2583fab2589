extension JSONSchemaReader {
    static func types(_ node: SpecNode?) throws(SpecificationError) -> JSONSchema.Types {
        guard let node else { return .any }
        guard case .sequence(let items) = node.content else { return try type(node) }
        guard !items.isEmpty else { throw node.error("`type` must not be an empty list") }
        var types: JSONSchema.Types = []
        for item in items {
            let type = try type(item)
            guard types.isDisjoint(with: type) else { throw item.error("`type` has one type twice") }
            types.formUnion(type)
        }
        return types
    }

    private enum TypeName: String, CaseIterable {
        case null, boolean, integer, number, string, array, object
    }

    private static func type(_ node: SpecNode) throws(SpecificationError) -> JSONSchema.Types {
        // An unquoted null is YAML's null, not a word; in a list of types it can only mean the type.
        if case .null = node.content { return .null }
        return switch try node.word("type", as: TypeName.self) {
        case .null: .null
        case .boolean: .boolean
        case .integer: .integer
        case .number: .number
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }

    /// The value of a keyword that only makes sense for one type, which the schema must then allow by name.
    static func keyword(
        _ key: String, _ type: JSONSchema.Types, _ fields: inout SpecFields, _ types: JSONSchema.Types
    ) throws(SpecificationError) -> SpecNode? {
        guard let node = fields.optional(key) else { return nil }
        // A keyword for integers would have to be compared with fractions if the schema took any number.
        let suits = types != .any && types.contains(type) && !(type == .integer && types.contains(.number))
        guard suits else { throw node.error("`\(key)` does not suit the schema's type") }
        return node
    }

    static func bounds(
        _ low: String, _ high: String, of type: JSONSchema.Types, _ fields: inout SpecFields,
        _ types: JSONSchema.Types, floor: Int64
    ) throws(SpecificationError) -> JSONSchema.Bounds {
        let lowNode = try keyword(low, type, &fields, types)
        let highNode = try keyword(high, type, &fields, types)
        let minimum = try lowNode?.integer(low)
        let maximum = try highNode?.integer(high)
        for (node, bound) in [(lowNode, minimum), (highNode, maximum)] {
            if let node, let bound, bound < floor { throw node.error("a count must not be negative") }
        }
        if let highNode, let minimum, let maximum, minimum > maximum {
            throw highNode.error("`\(low)` \(minimum) is above `\(high)` \(maximum)")
        }
        return JSONSchema.Bounds(minimum: minimum, maximum: maximum)
    }

    private enum Format: String, CaseIterable {
        case int64
    }

    static func isInt64(
        _ fields: inout SpecFields, _ types: JSONSchema.Types
    ) throws(SpecificationError) -> Bool {
        try keyword("format", .integer, &fields, types)?.word("format", as: Format.self) == .int64
    }

    static func literals(
        _ fields: inout SpecFields, _ types: JSONSchema.Types
    ) throws(SpecificationError) -> [JSONSchema.Literal]? {
        let const = fields.optional("const")
        guard let list = fields.optional("enum") else {
            guard let const else { return nil }
            return [try literal(const, types)]
        }
        if let const { throw const.error("a schema has either `const` or `enum`, not both") }
        let items = try list.sequence("enum")
        guard !items.isEmpty else { throw list.error("`enum` must not be empty") }
        var literals: [JSONSchema.Literal] = []
        for item in items {
            let literal = try literal(item, types)
            guard !literals.contains(literal) else { throw item.error("`enum` has one value twice") }
            literals.append(literal)
        }
        return literals
    }

    private static func literal(
        _ node: SpecNode, _ types: JSONSchema.Types
    ) throws(SpecificationError) -> JSONSchema.Literal {
        let (literal, allowed): (JSONSchema.Literal, JSONSchema.Types)
        switch node.content {
        case .null: (literal, allowed) = (.null, .null)
        case .boolean(let flag): (literal, allowed) = (.boolean(flag), .boolean)
        case .integer(let number): (literal, allowed) = (.integer(number), [.integer, .number])
        case .string(let text): (literal, allowed) = (.string(text), .string)
        case .number, .sequence, .mapping:
            throw node.error("a value of `const` or `enum` must be null, a boolean, an integer or a string")
        }
        guard !types.isDisjoint(with: allowed) else { throw node.error("the schema's type does not allow this value") }
        return literal
    }
}
