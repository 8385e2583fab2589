import ArgumentParser
import Conformance
import Foundation

struct ConformClickCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "click",
        abstract: "Play Click's test tools, and the cases beyond them, against an endpoint in any language.",
        discussion: """
            tiyin conform click --url https://shop.example/click --service-id 54321 --secret-key KEY \\
                --orders $(seq -s, 101 136) --amount 500000
            tiyin conform click --prepare-url http://127.0.0.1:8080/payments/click/prepare \\
                --complete-url http://127.0.0.1:8080/payments/click/complete --service-id 54321 --secret-key KEY \\
                --merchant-key MERCHANT_KEY --amount 500000 --report html --output report.html

            It prepares, completes and cancels payments of the orders that it is given: give it orders made for it,
            each of the amount, which is whole sums and not 300. Click's two test tables contradict each other in one
            step each (suite-2026-08, desktop-07); an endpoint passes both if it undoes a paid payment for -5017 alone.
            Exit code 0: conforms, 1: something was missed, 2: the run could not be made or ended early, 64: wrong
            options.
            """)

    @Option(help: "The endpoint of both calls.") var url: String?
    @Option(name: .customLong("prepare-url"), help: "The endpoint of Prepare, if Complete has another.")
    var prepareURL: String?
    @Option(name: .customLong("complete-url"), help: "The endpoint of Complete, if Prepare has another.")
    var completeURL: String?
    @Option(
        name: .customLong("service-id"), help: "The service's number at Click (or in CLICK_SERVICE_ID).")
    var serviceID: Int64?
    @Option(
        help: "The service's secret key (or in CLICK_SECRET_KEY, where other users of the machine do not see it).")
    var secretKey: String?
    @OptionGroup var options: ConformOptions

    func validate() throws {
        switch (url, prepareURL, completeURL) {
        case (_?, nil, nil), (nil, _?, _?): break
        default: throw ValidationError("give --url for both calls, or --prepare-url and --complete-url")
        }
    }

    func run() async throws {
        try await options.run(configuration(ProcessInfo.processInfo.environment))
    }

    func configuration(_ environment: [String: String]) throws -> ConformanceConfiguration {
        guard let key = secretKey ?? environment["CLICK_SECRET_KEY"] else {
            throw ValidationError("give the service's secret key with --secret-key or in CLICK_SECRET_KEY")
        }
        guard let service = serviceID ?? environment["CLICK_SERVICE_ID"].flatMap({ Int64($0) }) else {
            throw ValidationError("give the service's number with --service-id or in CLICK_SERVICE_ID")
        }
        var configuration = ConformanceConfiguration(
            url: url ?? prepareURL ?? "", key: key, amount: options.amount)
        configuration.gateway = "click"
        configuration.completeURL = completeURL
        configuration.serviceID = service
        try options.apply(to: &configuration, environment)
        return configuration
    }
}
