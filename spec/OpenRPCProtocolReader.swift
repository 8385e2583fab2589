/// Reads the extension `x-rpc`.
struct OpenRPCProtocolReader {
    /// `code-ranges`, needed to read the errors.
    let ranges: [OpenRPCCodeRange]
    private var fields: SpecFields

    init(_ node: SpecNode) throws(SpecificationError) {
        fields = try node.fields("x-rpc")
        var ranges: [OpenRPCCodeRange] = []
        for entry in try fields.optional("code-ranges")?.entries("code-ranges") ?? [] {
            let range = try Self.range(entry)
            if let other = ranges.first(where: { $0.codes.overlaps(range.codes) }) {
                throw entry.value.error("the code range \(range.name) overlaps \(other.name)")
            }
            ranges.append(range)
        }
        self.ranges = ranges
    }

    /// Everything else of `x-rpc`.
    mutating func rules(errors: [OpenRPCError]) throws(SpecificationError) -> OpenRPCProtocol {
        let rules = OpenRPCProtocol(
            version: try fields.required("version").word("version"),
            params: try fields.required("params").word("params"),
            batches: try batches(),
            notifications: try fields.required("notifications").word("notifications"),
            errors: try events(errors))
        try fields.finish()
        return rules
    }

    private enum BatchWord: String, CaseIterable {
        case refused, allowed
    }

    private mutating func batches() throws(SpecificationError) -> OpenRPCProtocol.Batches {
        let word = try fields.required("batches").word("batches", as: BatchWord.self)
        switch word {
        case .refused:
            return .refused
        case .allowed:
            let node = try fields.required("batch-limit")
            let limit = try node.integer("batch-limit")
            guard (1...1000).contains(limit) else { throw node.error("`batch-limit` must be from 1 to 1000") }
            return .allowed(limit: Int(limit))
        }
    }

    private mutating func events(
        _ errors: [OpenRPCError]
    ) throws(SpecificationError) -> [OpenRPCProtocol.Event: String] {
        var events = try fields.required("errors").fields("x-rpc.errors")
        var names: [OpenRPCProtocol.Event: String] = [:]
        for event in OpenRPCProtocol.Event.allCases {
            let node = try events.required(event.rawValue)
            let name = try node.string(event.rawValue)
            guard errors.contains(where: { $0.name == name }) else { throw node.error("there is no error \(name)") }
            names[event] = name
        }
        try events.finish()
        return names
    }

    private static func range(_ entry: SpecEntry) throws(SpecificationError) -> OpenRPCCodeRange {
        var fields = try entry.value.fields("the code range \(entry.key)")
        let low = try fields.requiredInteger("minimum")
        let highNode = try fields.required("maximum")
        let high = try highNode.integer("maximum")
        guard low <= high else { throw highNode.error("`minimum` \(low) is above `maximum` \(high)") }
        let range = OpenRPCCodeRange(
            name: entry.key,
            codes: Int(clamping: low)...Int(clamping: high),
            data: try fields.optional("data")?.word("data") ?? .optional,
            textRule: try fields.optional("text")?.word("text") ?? .fixed)
        try fields.finish()
        return range
    }
}
