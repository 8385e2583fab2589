import ArgumentParser
import Conformance
import Foundation

struct ConformPixCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pix",
        abstract: "Play a PIX bank that tells an endpoint in any language of payments, and the cases beyond.",
        discussion: """
            tiyin conform pix --url https://shop.example/pix/SECRET --pix-key loja@example.com \\
                --orders TXID1,TXID2,… --amount 15010
            tiyin conform pix --url http://127.0.0.1:8080/payments/pix/confirm --pix-key loja@example.com \\
                --orders TXID1,TXID2,… --amount 15010 --bank 8600

            The orders are txids of open charges of the amount, which is in centavos: give it charges made for it. The
            URL is the one that the bank has; like a bank, the run adds /pix to it. With --bank it also serves the
            bank's API at that port of 127.0.0.1, for an endpoint that asks the bank before it believes a notice; that
            endpoint must have http://127.0.0.1:PORT as its bank. No real bank is ever called.
            Exit code 0: conforms, 1: something was missed, 2: the run could not be made or ended early, 64: wrong
            options.
            """)

    @Option(help: "The address that the bank sends notices to, without /pix.") var url: String
    @Option(help: "The merchant's own PIX key (or in PIX_KEY).") var pixKey: String?
    @Option(help: "Serve the bank's API at this port of 127.0.0.1, so that the endpoint can ask it.") var bank: Int?
    @OptionGroup var options: ConformOptions

    func run() async throws {
        try await options.run(configuration(ProcessInfo.processInfo.environment))
    }

    func configuration(_ environment: [String: String]) throws -> ConformanceConfiguration {
        guard let key = pixKey ?? environment["PIX_KEY"] else {
            throw ValidationError("give the merchant's PIX key with --pix-key or in PIX_KEY")
        }
        var configuration = ConformanceConfiguration(url: url, key: key, amount: options.amount)
        configuration.gateway = "pix"
        configuration.bankPort = bank
        try options.apply(to: &configuration, environment)
        return configuration
    }
}
