import Conformance

extension MerchantServer {
    /// A run that makes its own orders, and shares the merchant's clock.
    func configuration(kind: OrderKind = .oneTime) async -> ConformanceConfiguration {
        var configuration = ConformanceConfiguration(url: url, key: Merchant.key, amount: 500_000)
        configuration.merchantKey = Merchant.merchantKey
        configuration.kind = kind
        configuration.clock = merchant.clock.forHarness
        // Tests share the machine with others; what times out is tested elsewhere.
        configuration.callMillisecondsMax = 60_000
        return configuration
    }
}

extension ConformanceReport {
    /// The scenarios that did not simply pass, with what went wrong.
    var unmet: [String] {
        scenarios.filter { $0.outcome != .passed }.map { scenario in
            let reasons = scenario.steps.flatMap { $0.problems + $0.notes }.joined(separator: "; ")
            return "\(scenario.id): \(scenario.skipReason ?? reasons)"
        }
    }

    /// The ids of the scenarios that were missed.
    var missed: Set<String> { Set(scenarios.filter { $0.outcome == .missed }.map(\.id)) }
}
