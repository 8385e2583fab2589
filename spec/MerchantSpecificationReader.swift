extension MerchantSpecification {
    /// Reads a document and refuses one that contradicts itself.
    ///
    /// - Parameters:
    ///   - yaml: the document, in UTF-8
    ///   - name: what errors call it
    public init(yaml: [UInt8], name: String = "merchant.openapi.yaml") throws(SpecificationError) {
        var document = try SpecNode(yaml: yaml, name: name).fields("the document")
        for key in ["openapi", "info", "servers"] { _ = try document.required(key) }
        let problems = try Self.problems(try document.required("x-problems"))
        let components = try MerchantComponents(try document.required("components"))
        try components.expectProblems(problems)
        operations = try Self.operations(try document.required("paths"), components)
        scopes = components.scopes
        self.problems = problems
        self.document = yaml
        try document.finish()
    }

    private static func problems(_ node: SpecNode) throws(SpecificationError) -> [Problem] {
        var problems: [Problem] = []
        for entry in try node.entries("x-problems") {
            var words = try entry.value.fields("the problem \(entry.key)")
            let status = try words.optionalInteger("status")
            if let status, !(400...599).contains(status) {
                throw entry.value.error("the status of a problem is 400 to 599")
            }
            problems.append(
                Problem(
                    name: entry.key, status: status.map(Int.init), description: try words.requiredString("description"))
            )
            try words.finish()
        }
        return problems
    }

    private static let methods = ["get", "post", "put", "patch", "delete"]

    private static func operations(
        _ paths: SpecNode, _ components: MerchantComponents
    ) throws(SpecificationError) -> [Operation] {
        var operations: [Operation] = []
        for path in try paths.entries("paths") {
            var shared = MerchantParameters()
            for entry in try path.value.entries("the path \(path.key)") where entry.key == "parameters" {
                try shared.add(entry.value, components)
            }
            for entry in try path.value.entries("the path \(path.key)") where entry.key != "parameters" {
                guard methods.contains(entry.key) else {
                    throw entry.value.error("the path \(path.key) has an unknown key `\(entry.key)`")
                }
                let operation = try operation(entry, path.key, shared, components)
                guard !operations.contains(where: { $0.id == operation.id }) else {
                    throw entry.value.error("there are two operations \(operation.id)")
                }
                operations.append(operation)
            }
        }
        return operations
    }

    private static func operation(
        _ entry: SpecEntry, _ path: String, _ shared: MerchantParameters, _ components: MerchantComponents
    ) throws(SpecificationError) -> Operation {
        var words = try entry.value.fields("\(entry.key) \(path)")
        let id = try words.requiredString("operationId")
        _ = try words.requiredString("summary")
        _ = try words.optionalString("description")
        var parameters = shared
        if let node = words.optional("parameters") { try parameters.add(node, components) }
        guard Set(parameters.path) == Set(path.matches(of: /\{([^}]*)\}/).map { String($0.1) }) else {
            throw entry.value.error("the placeholders of \(path) are not its path parameters")
        }
        // What may change something can be repeated safely.
        if ["post", "patch"].contains(entry.key), !parameters.isRepeatable {
            throw entry.value.error("\(id) lacks the parameter Idempotency-Key")
        }
        let scopes = try components.security(try words.required("security"))
        let body = words.optional("requestBody")
        let statuses = try statuses(try words.required("responses"), needsKey: scopes != nil)
        let mediaTypes = try body.map { node throws(SpecificationError) in try components.mediaTypes(node) } ?? []
        try words.finish()
        return Operation(
            id: id, method: entry.key.uppercased(), path: path, scopes: scopes, query: parameters.query,
            isRepeatable: parameters.isRepeatable, mediaTypes: mediaTypes, statuses: statuses)
    }

    private static func statuses(_ node: SpecNode, needsKey: Bool) throws(SpecificationError) -> [Int] {
        var statuses: [Int] = []
        for entry in try node.entries("responses") {
            guard let status = Int(entry.key), (100...599).contains(status) else {
                throw entry.value.error("`\(entry.key)` is no status")
            }
            statuses.append(status)
        }
        let wanted = needsKey ? [401, 403, 500] : [500]
        guard wanted.allSatisfy(statuses.contains) else {
            throw node.error("the responses lack one of \(wanted.map(String.init).joined(separator: ", "))")
        }
        return statuses
    }
}
