import ArgumentParser
import Logging
import Metrics
import Server

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the payment systems and the merchant API.",
        discussion: """
            Settings come from the environment, then .env, then tiyin.yaml (`tiyin config check` lists them).

            PAYME_KEY='…' PAYME_MERCHANT_ID=… MERCHANT_API_KEY='…' tiyin serve
            """)

    @OptionGroup var settings: SettingsOptions

    func run() async throws {
        let settings = try settings.load()
        guard settings.payme != nil || settings.merchantKey != nil else {
            throw SettingsError(
                "nothing to serve: set PAYME_KEY (and MERCHANT_API_KEY to register orders), or try `tiyin sandbox`")
        }
        let logger = Logs.bootstrap(settings)
        FileDescriptors.raiseLimit()
        let server = try await TiyinServer(settings: settings, logger: logger)
        MetricsSystem.bootstrap(server.registry)
        try await server.run { port in
            logger.notice(
                "serving",
                metadata: ["host": "\(settings.host)", "port": "\(port)", "version": "\(TiyinVersion.current)"])
        }
    }
}
