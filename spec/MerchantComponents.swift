/// What `merchant.openapi.yaml` keeps for its operations: parameters, bodies, scopes.
struct MerchantComponents {
    let scopes: [MerchantSpecification.Scope]
    private let parameters: [SpecEntry]
    private let bodies: [SpecEntry]
    private let schemas: [SpecEntry]
    private let scheme: String

    init(_ node: SpecNode) throws(SpecificationError) {
        var words = try node.fields("components")
        parameters = try words.required("parameters").entries("parameters")
        bodies = try words.required("requestBodies").entries("requestBodies")
        schemas = try words.required("schemas").entries("schemas")
        _ = try words.required("headers")
        _ = try words.required("responses")
        let schemes = try words.required("securitySchemes").entries("securitySchemes")
        try words.finish()
        guard let scheme = schemes.first, schemes.count == 1 else {
            throw node.error("there must be one security scheme")
        }
        self.scheme = scheme.key
        var bearer = try scheme.value.fields(scheme.key)
        for key in ["type", "scheme", "description"] { _ = try bearer.requiredString(key) }
        var scopes: [MerchantSpecification.Scope] = []
        for entry in try bearer.required("x-scopes").entries("x-scopes") {
            scopes.append(MerchantSpecification.Scope(name: entry.key, description: try entry.value.string(entry.key)))
        }
        try bearer.finish()
        self.scopes = scopes
        try expectEnum(["Scope"], scopes.map(\.name))
    }

    /// The schema of a problem lists the same types as `x-problems`.
    func expectProblems(_ problems: [MerchantSpecification.Problem]) throws(SpecificationError) {
        try expectEnum(["Problem", "properties", "type"], problems.map { "urn:tiyin:problem:\($0.name)" })
    }

    /// The scopes that an operation asks for; nil: no key.
    func security(_ node: SpecNode) throws(SpecificationError) -> [String]? {
        let items = try node.sequence("security")
        guard let item = items.first else { return nil }
        guard items.count == 1, let entry = try item.entries("security").first, entry.key == scheme else {
            throw node.error("`security` must be [] or the scopes of \(scheme)")
        }
        let wanted = try entry.value.uniqueStrings("scopes")
        for scope in wanted where !scopes.contains(where: { $0.name == scope }) {
            throw entry.value.error("there is no scope \(scope)")
        }
        guard !wanted.isEmpty else { throw entry.value.error("an operation needs a scope") }
        return wanted
    }

    func parameter(_ node: SpecNode) throws(SpecificationError) -> SpecNode {
        try resolved(node, "#/components/parameters/", parameters)
    }

    func mediaTypes(_ node: SpecNode) throws(SpecificationError) -> [String] {
        let body = try resolved(node, "#/components/requestBodies/", bodies)
        guard let content = try body.entries("requestBody").first(where: { $0.key == "content" }) else {
            throw body.error("a request body lacks `content`")
        }
        return try content.value.entries("content").map(\.key)
    }

    private func resolved(
        _ node: SpecNode, _ prefix: String, _ targets: [SpecEntry]
    ) throws(SpecificationError) -> SpecNode {
        guard let reference = try node.entries("the reference").first(where: { $0.key == "$ref" }) else { return node }
        let text = try reference.value.string("$ref")
        guard text.hasPrefix(prefix),
            let target = targets.first(where: { $0.key == text.dropFirst(prefix.count) })
        else { throw reference.value.error("there is no \(text)") }
        return target.value
    }

    /// Holds the `enum` of the schema at that place against names from elsewhere in the document.
    private func expectEnum(_ place: [String], _ names: [String]) throws(SpecificationError) {
        var entries = schemas
        for name in place {
            guard let next = entries.first(where: { $0.key == name }) else { return }
            entries = try next.value.entries(name)
        }
        guard let list = entries.first(where: { $0.key == "enum" }) else { return }
        guard try list.value.uniqueStrings("enum") == names else {
            throw list.value.error("the schema \(place[0]) does not list \(names.joined(separator: ", "))")
        }
    }
}

/// The parameters of an operation.
struct MerchantParameters {
    var path: [String] = []
    var query: [String] = []
    var isRepeatable = false

    mutating func add(_ node: SpecNode, _ components: MerchantComponents) throws(SpecificationError) {
        for item in try node.sequence("parameters") {
            let parameter = try components.parameter(item)
            var words = try parameter.fields("a parameter")
            let name = try words.requiredString("name")
            switch try words.requiredString("in") {
            case "path": path.append(name)
            case "query": query.append(name)
            case "header" where name == "Idempotency-Key": isRepeatable = true
            default: throw parameter.error("the server reads no such parameter")
            }
            _ = try words.optionalBoolean("required")
            _ = try words.requiredString("description")
            _ = try words.required("schema")
            _ = words.optional("example")
            try words.finish()
        }
    }
}
