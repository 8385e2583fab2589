import ArgumentParser
import Foundation
import Logging
import Metrics
import Payments
import Sandbox
import Server

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract:
            "Serve with throwaway keys, a simulated Payme, Click, Pix bank, YooKassa and Telegram, sample orders, and a page.",
        discussion: "Nothing is kept: the database is deleted when the sandbox ends.")

    @Option(help: "Port to listen on; 0 takes a free one.") var port = 8080

    func run() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tiyin-sandbox-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let setup = SandboxSetup(folder: folder.path, port: try await port == 0 ? FreePort.find() : port)
        let settings = try setup.settings()
        let logger = Logs.bootstrap(settings)
        FileDescriptors.raiseLimit()
        let sandbox = try await SandboxServer(setup, settings: settings, logger: logger)
        MetricsSystem.bootstrap(sandbox.server.registry)
        try await sandbox.server.run(
            onRunning: { print(SandboxGuide(setup).text(port: $0)) }, adding: { sandbox.site.addRoutes(to: $0) })
        await sandbox.site.stop()
    }
}
