import ArgumentParser
import Conformance
import Foundation

struct ConformYooKassaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "yookassa",
        abstract: "Play YooKassa that notifies an endpoint in any language of payments, and the cases beyond.",
        discussion: """
            tiyin conform yookassa --url https://shop.example/webhook --orders ID1,ID2,… --amount 15010
            tiyin conform yookassa --url http://127.0.0.1:8080/payments/yookassa/webhook --shop-id 100500 \\
                --secret-key test_KEY --api 8600 --make-orders --amount 15010

            The orders are ids of payments that the endpoint waits for, each of the amount, which is in kopecks: give it
            payments made for it. Notifications bear no signature, so an endpoint has to ask YooKassa's API. With --api
            the run serves that at this port of 127.0.0.1; the endpoint must have http://127.0.0.1:PORT/v3 as its base
            URL, and its shop id and secret key are checked if they are given. YooKassa itself is never called.
            An endpoint that lets in YooKassa's addresses alone must let in this machine, or trust it as its proxy: see
            --behind-proxy.
            Exit code 0: conforms, 1: something was missed, 2: the run could not be made or ended early, 64: wrong
            options.
            """)

    @Option(help: "The address that YooKassa sends notifications to.") var url: String
    @Option(name: .customLong("shop-id"), help: "The shop's number (or in YOOKASSA_SHOP_ID); needed with a key.")
    var shopID: String?
    @Option(
        help: "The secret key that the endpoint asks with (or in YOOKASSA_SECRET_KEY); without it any will do.")
    var secretKey: String?
    @Option(help: "Serve YooKassa's API at this port of 127.0.0.1, so that the endpoint can ask it.") var api: Int?
    @Flag(help: "The endpoint trusts this machine as its proxy: say by X-Forwarded-For that YooKassa sends.")
    var behindProxy = false
    @OptionGroup var options: ConformOptions

    func run() async throws {
        try await options.run(configuration(ProcessInfo.processInfo.environment))
    }

    func configuration(_ environment: [String: String]) throws -> ConformanceConfiguration {
        var configuration = ConformanceConfiguration(
            url: url, key: secretKey ?? environment["YOOKASSA_SECRET_KEY"] ?? "", amount: options.amount)
        configuration.gateway = "yookassa"
        configuration.shopID = shopID ?? environment["YOOKASSA_SHOP_ID"]
        configuration.bankPort = api
        configuration.isProxy = behindProxy
        try options.apply(to: &configuration, environment)
        return configuration
    }
}
