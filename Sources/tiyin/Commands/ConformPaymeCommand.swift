import ArgumentParser
import Conformance
import Foundation

struct ConformPaymeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payme",
        abstract: "Play Payme's sandbox, and the cases beyond it, against an endpoint in any language.",
        discussion: """
            tiyin conform payme --url https://shop.example/payme --key KEY --orders $(seq -s, 101 120) --amount 500000
            tiyin conform payme --url http://127.0.0.1:8080/payments/payme/webhook --key KEY \\
                --merchant-key MERCHANT_KEY --amount 500000 --report html --output report.html

            It creates, performs and cancels transactions of the orders that it is given: give it orders made for
            it, each of the amount. Exit code 0: conforms, 1: something was missed, 2: the run could not be made or
            ended early, 64: wrong options.
            """)

    @Option(help: "The endpoint.") var url: String
    @Option(help: "The cashbox key (or in PAYME_KEY, where other users of the machine do not see it).")
    var key: String?
    @Option(help: "Login of Basic authentication.") var login = "Paycom"
    @Option(help: "The field of `account` that holds the order's id.") var accountField = "order_id"
    @OptionGroup var options: ConformOptions

    func run() async throws {
        try await options.run(configuration(ProcessInfo.processInfo.environment))
    }

    func configuration(_ environment: [String: String]) throws -> ConformanceConfiguration {
        guard let key = key ?? environment["PAYME_KEY"] else {
            throw ValidationError("give the cashbox key with --key or in PAYME_KEY")
        }
        var configuration = ConformanceConfiguration(url: url, key: key, amount: options.amount)
        configuration.login = login
        configuration.accountField = accountField
        try options.apply(to: &configuration, environment)
        return configuration
    }
}
