import Specification
import StrictJSON

/// The scenarios of a gateway, read and found consistent.
struct ScenarioDocument: Sendable {
    /// A published document that rules stand in.
    struct Source: Sendable {
        let title: String
        let url: String?
    }

    let gateway: String
    /// In the order in which they are run.
    let scenarios: [Scenario]
    /// What cannot be seen from outside.
    let blindspots: [Blindspot]
    /// The code that answers wrong credentials.
    let unauthorizedCode: Int64

    /// Reads the document that is embedded for a gateway.
    static func load(gateway: String) throws -> ScenarioDocument {
        guard gateway == "payme", let yaml = Specifications.scenarios(for: gateway) else {
            let known = Specifications.gatewaysWithScenarios.joined(separator: ", ")
            throw ConformanceError(.badArgument, "There are no scenarios for \(gateway); there are for \(known).")
        }
        let rpc = try Specifications.load().payme
        return try ScenarioDocument(yaml: yaml, name: "\(gateway).scenarios.yaml", errorsOf: rpc)
    }

    /// - Parameters:
    ///   - yaml: the document
    ///   - name: what errors call it
    ///   - rpc: where methods and errors are looked up
    init(yaml: [UInt8], name: String, errorsOf rpc: OpenRPCDocument) throws(SpecificationError) {
        var fields = try SpecNode(yaml: yaml, name: name).fields("the document")
        gateway = try fields.requiredString("gateway")
        unauthorizedCode = Int64(rpc.error(for: .unauthorized).code)
        let matchers = try MatcherReader(try fields.optional("matchers")?.entries("matchers") ?? [])
        let errors = try ErrorNames(rpc, ranges: try fields.optional("ranges")?.entries("ranges") ?? [])
        let reader = ScenarioReader(
            sources: try Self.sources(try fields.required("sources")),
            methods: try Self.methods(try fields.required("methods"), rpc),
            expectations: try ExpectationReader(
                try fields.optional("answers")?.entries("answers") ?? [], matchers: matchers, errors: errors))
        blindspots = try Self.blindspots(try fields.optionalSequence("not_testable") ?? [])
        var scenarios: [Scenario] = []
        for node in try fields.requiredSequence("scenarios") {
            let scenario = try reader.scenario(node)
            guard !scenarios.contains(where: { $0.id == scenario.id }) else {
                throw node.error("the scenario \(scenario.id) is there twice")
            }
            scenarios.append(scenario)
        }
        self.scenarios = scenarios
        try fields.finish()
    }

    private static func sources(_ node: SpecNode) throws(SpecificationError) -> [String: Source] {
        var sources: [String: Source] = [:]
        for entry in try node.entries("sources") {
            var fields = try entry.value.fields("the source \(entry.key)")
            sources[entry.key] = Source(
                title: try fields.requiredString("title"), url: try fields.optionalString("url"))
            try fields.finish()
        }
        return sources
    }

    private static func methods(
        _ node: SpecNode, _ rpc: OpenRPCDocument
    ) throws(SpecificationError) -> [String: Template] {
        var methods: [String: Template] = [:]
        for entry in try node.entries("methods") {
            guard rpc.method(named: entry.key) != nil else {
                throw entry.value.error("there is no method \(entry.key) in \(rpc.name)")
            }
            let template = try Template(entry.value)
            guard case .object = template else {
                throw entry.value.error("the parameters of \(entry.key) must be a mapping")
            }
            methods[entry.key] = template
        }
        return methods
    }

    private static func blindspots(_ nodes: [SpecNode]) throws(SpecificationError) -> [Blindspot] {
        var blindspots: [Blindspot] = []
        for node in nodes {
            var fields = try node.fields("an item of `not_testable`")
            blindspots.append(
                Blindspot(what: try fields.requiredString("what"), why: try fields.requiredString("why")))
            try fields.finish()
        }
        return blindspots
    }
}
