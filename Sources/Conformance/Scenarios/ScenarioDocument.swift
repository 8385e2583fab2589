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
    /// What a miss may say about others.
    let hints: [Hint]
    let dialect: any WireDialect

    /// Reads the document that is embedded for a gateway.
    static func load(gateway: String) throws -> ScenarioDocument {
        guard let dialect = try Dialects.dialect(of: gateway), let yaml = Specifications.scenarios(for: gateway) else {
            let known = Specifications.gatewaysWithScenarios.joined(separator: ", ")
            throw ConformanceError(.badArgument, "There are no scenarios for \(gateway); there are for \(known).")
        }
        return try ScenarioDocument(yaml: yaml, name: "\(gateway).scenarios.yaml", dialect: dialect)
    }

    /// - Parameters:
    ///   - yaml: the document
    ///   - name: what errors call it
    ///   - dialect: reads what is the gateway's own in it
    init(yaml: [UInt8], name: String, dialect: any WireDialect) throws(SpecificationError) {
        self.dialect = dialect
        var fields = try SpecNode(yaml: yaml, name: name).fields("the document")
        gateway = try fields.requiredString("gateway")
        let matchers = try MatcherReader(try fields.optional("matchers")?.entries("matchers") ?? [])
        let errors = try ErrorNames(dialect, ranges: try fields.optional("ranges")?.entries("ranges") ?? [])
        var reader = ScenarioReader(
            dialect: dialect,
            groups: try ScenarioGroup.groups(try fields.required("groups")),
            sources: try Self.sources(try fields.required("sources")),
            calls: try Self.calls(try fields.required("methods"), dialect),
            expectations: try ExpectationReader(
                try fields.optional("answers")?.entries("answers") ?? [], dialect: dialect, matchers: matchers,
                errors: errors))
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
        var hints: [Hint] = []
        for node in try fields.optionalSequence("hints") ?? [] { hints.append(try Hint(node, scenarios)) }
        self.hints = hints
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

    private static func calls(
        _ node: SpecNode, _ dialect: any WireDialect
    ) throws(SpecificationError) -> [String: Template] {
        var calls: [String: Template] = [:]
        for entry in try node.entries("methods") {
            guard dialect.hasCall(entry.key) else {
                throw entry.value.error("there is no method \(entry.key) in \(dialect.documentName)")
            }
            let template = try Template(entry.value)
            guard case .object = template else {
                throw entry.value.error("the parameters of \(entry.key) must be a mapping")
            }
            calls[entry.key] = template
        }
        return calls
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
