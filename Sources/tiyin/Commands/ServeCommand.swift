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
        guard settings.payme != nil || settings.click != nil || settings.merchantKey != nil else {
            throw SettingsError(
                "nothing to serve: set PAYME_KEY or CLICK_SERVICE_ID and CLICK_SECRET_KEY (and MERCHANT_API_KEY to register orders), or try `tiyin sandbox`"
            )
        }
        let logger = Logs.bootstrap(settings)
        FileDescriptors.raiseLimit()
        let server = try await Self.open(settings, logger)
        MetricsSystem.bootstrap(server.registry)
        try await server.run { port in
            logger.notice(
                "serving",
                metadata: ["host": "\(settings.host)", "port": "\(port)", "version": "\(TiyinVersion.current)"])
        }
    }

    /// A tool such as `tiyin orders add` may hold the database for a moment: a restart waits for it.
    private static func open(_ settings: ServerSettings, _ logger: Logger) async throws -> TiyinServer {
        for _ in 0..<20 {
            do {
                return try await TiyinServer(settings: settings, logger: logger)
            } catch  where DatabaseAccess.isInUse(error) {
                try await Task.sleep(for: .milliseconds(100))
            }
        }
        return try await TiyinServer(settings: settings, logger: logger)
    }
}
