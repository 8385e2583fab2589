import ArgumentParser
import Foundation
import Server

@main
struct Tiyin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tiyin",
        abstract: "One merchant endpoint for payment systems. Now: Payme and Click.",
        discussion: """
            tiyin sandbox         a payment endpoint to play with
            tiyin serve           take payments: PAYME_KEY=… MERCHANT_API_KEY=… tiyin serve
            tiyin conform payme   check an endpoint, yours or another
            tiyin config check    see what is set
            """,
        version: TiyinVersion.current,
        subcommands: [
            ServeCommand.self, SandboxCommand.self, ConformCommand.self, OrdersCommand.self, KeysCommand.self,
            TransactionsCommand.self, DeliveriesCommand.self, ReconcileCommand.self, StatementCommand.self,
            BackupCommand.self,
            VerifyCommand.self, ConfigCommand.self,
        ])

    /// Errors are one line that says what to do.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asyncCommand = command as? any AsyncParsableCommand {
                try await asyncCommand.run()
            } else {
                try command.run()
            }
        } catch let error where isArgumentParsers(error) {
            exit(withError: error)
        } catch {
            FileHandle.standardError.write(Data("tiyin: \(error)\n".utf8))
            Foundation.exit(1)
        }
    }

    /// Its own errors know their exit code and usage text.
    private static func isArgumentParsers(_ error: any Error) -> Bool {
        error is ExitCode || error is ValidationError || error is CleanExit
            || exitCode(for: error) == .success || String(reflecting: type(of: error)).hasPrefix("ArgumentParser.")
    }
}
