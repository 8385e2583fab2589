extension OpenRPCDocument {
    /// Reads a document and refuses one that contradicts itself.
    ///
    /// - Parameters:
    ///   - yaml: the document, in UTF-8
    ///   - name: what errors call it, such as `payme.openrpc.yaml`
    public init(yaml: [UInt8], name: String) throws(SpecificationError) {
        let root = try SpecNode(yaml: yaml, name: name)
        var fields = try root.fields("the document")
        try Self.checkVersion(fields.required("openrpc"))
        let (title, version) = try Self.info(fields.required("info"))
        let protocolNode = try fields.required("x-rpc")
        let methodNodes = try fields.requiredSequence("methods")
        let components = try Self.components(fields.required("components"))
        let errorExtensions = try fields.required("x-errors").entries("x-errors")
        try fields.finish()

        var protocolReader = try OpenRPCProtocolReader(protocolNode)
        let errorReader = OpenRPCErrorReader(ranges: protocolReader.ranges, extensions: errorExtensions)
        let errors = try errorReader.errors(components.errors)
        let rules = try protocolReader.rules(errors: errors)
        var methodReader = OpenRPCMethodReader(
            schemas: JSONSchemaReader(components: components.schemas), errors: errors, rules: rules)
        let methods = try methodReader.methods(methodNodes)
        try methodReader.schemas.refuseUnused()
        try Self.refuseUnusedErrors(errors, methods, rules, document: name)
        self.init(name: name, title: title, version: version, rules: rules, methods: methods, errors: errors)
    }

    private static func checkVersion(_ node: SpecNode) throws(SpecificationError) {
        let version = try node.string("openrpc")
        guard version.hasPrefix("1.3.") else { throw node.error("OpenRPC \(version) is not 1.3") }
    }

    private static func info(_ node: SpecNode) throws(SpecificationError) -> (title: String, version: String) {
        var fields = try node.fields("info")
        let title = try fields.requiredString("title")
        let version = try fields.requiredString("version")
        _ = try fields.optionalString("description")
        try fields.finish()
        return (title, version)
    }

    private static func components(
        _ node: SpecNode
    ) throws(SpecificationError) -> (schemas: [SpecEntry], errors: [SpecEntry]) {
        var fields = try node.fields("components")
        let schemas = try fields.optional("schemas")?.entries("schemas") ?? []
        let errors = try fields.required("errors").entries("errors")
        try fields.finish()
        return (schemas, errors)
    }

    private static func refuseUnusedErrors(
        _ errors: [OpenRPCError], _ methods: [OpenRPCMethod], _ rules: OpenRPCProtocol, document: String
    ) throws(SpecificationError) {
        var used = Set(rules.errors.values)
        for method in methods {
            used.formUnion(method.errors)
            used.insert(method.invalidParams)
        }
        guard let unused = errors.first(where: { !used.contains($0.name) }) else { return }
        throw SpecificationError(
            document: document, line: unused.line,
            message: "no method and no event of x-rpc uses the error \(unused.name)")
    }
}
