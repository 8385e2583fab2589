import AsyncHTTPClient
import StrictJSON

/// Runs a gateway's scenarios against an endpoint.
///
/// ```swift
/// var configuration = ConformanceConfiguration(url: "https://shop.example/payme", key: key, amount: 500_000)
/// configuration.orders = ["1001", "1002"]
/// let report = try await ConformanceRun(configuration).run { event in print(event) }
/// print(ReportFormat.table.text(of: report))
/// ```
///
/// The run creates, performs and cancels transactions of the orders it is given: give it orders made for it.
public struct ConformanceRun: Sendable {
    private let target: Target
    private let document: ScenarioDocument
    private let scenarios: [Scenario]

    /// Chooses the scenarios; nothing is sent yet.
    ///
    /// - Throws: ``ConformanceError`` for arguments that make no sense, `SpecificationError` for scenarios that
    ///   contradict themselves.
    public init(_ configuration: ConformanceConfiguration) throws {
        document = try ScenarioDocument.load(gateway: configuration.gateway)
        target = try Target(configuration, document.dialect)
        scenarios = try document.scenarios(for: configuration)
    }

    /// How many scenarios there are for the kind of orders.
    public var scenarioCount: Int { scenarios.count }

    /// Their ids, in the order in which they are run.
    public var scenarioIDs: [String] { scenarios.map(\.id) }

    /// How many orders a full run takes, unless it makes its own.
    public var ordersNeeded: Int { target.ordersNeeded(of: scenarios) }

    /// Runs the scenarios one after another.
    ///
    /// - Parameter progress: told of what happens, as it happens
    /// - Throws: ``ConformanceError`` if nothing that can be tested answers at the URL.
    public func run(
        progress: @escaping @Sendable (ProgressEvent) -> Void = { _ in }
    ) async throws -> ConformanceReport {
        guard let port = target.configuration.bankPort, let api = target.dialect.playedAPI(target.configuration) else {
            return try await run(target, progress)
        }
        return try await api.serving(port: port) { url in
            var target = target
            target.configuration.bankURL = url
            target.configuration.playedAPI = api
            target.configuration.onBankServed?(url)
            return try await run(target, progress)
        }
    }

    private func run(
        _ target: Target, _ progress: @escaping @Sendable (ProgressEvent) -> Void
    ) async throws -> ConformanceReport {
        let millisecondsMax = target.configuration.callMillisecondsMax
        return try await HTTPTransport.with(millisecondsMax: millisecondsMax) { client in
            var session = RunSession(target: target, document: document, scenarios: scenarios, client: client)
            return try await session.run(progress)
        }
    }
}

extension ScenarioDocument {
    /// The scenarios of a kind, or those of them that were asked for.
    func scenarios(for configuration: ConformanceConfiguration) throws(ConformanceError) -> [Scenario] {
        for name in configuration.only
        where !scenarios.contains(where: { $0.id == name || $0.group.id == name }) {
            throw ConformanceError(.badArgument, "There is no scenario and no group of the name \"\(name)\".")
        }
        var wanted = Set(
            scenarios.filter { configuration.only.contains($0.id) || configuration.only.contains($0.group.id) }
                .map(\.id))
        // One that goes on with another's transactions takes that one along.
        for scenario in scenarios.reversed() where wanted.contains(scenario.id) {
            if let before = scenario.continues { wanted.insert(before) }
        }
        let chosen = scenarios.filter { scenario in
            scenario.kinds.contains(configuration.kind)
                && (configuration.only.isEmpty || wanted.contains(scenario.id))
        }
        guard !chosen.isEmpty else {
            throw ConformanceError(
                .badArgument, "None of the scenarios asked for is for \(configuration.kind.rawValue) orders.")
        }
        return chosen
    }
}
