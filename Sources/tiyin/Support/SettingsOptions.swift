import ArgumentParser
import Foundation
import Logging
import Server

/// The options of every command that reads the settings.
struct SettingsOptions: ParsableArguments {
    @Option(name: .long, help: "A YAML file with settings, instead of tiyin.yaml in this folder.")
    var config: String?

    func load() throws -> ServerSettings {
        try ServerSettings(source())
    }

    func source() throws -> SettingSource {
        try SettingSource(environment: ProcessInfo.processInfo.environment, file: config)
    }
}

/// Logging of the whole process.
enum Logs {
    /// For servers: as the settings say. Call once.
    static func bootstrap(_ settings: ServerSettings) -> Logger {
        let level = settings.logLevel
        let format: LineLogHandler.Format = settings.logsJSON ? .json : .text
        LoggingSystem.bootstrap { LineLogHandler(label: $0, level: level, format: format) }
        return Logger(label: "tiyin")
    }

    /// For tools: only what went wrong.
    static var quiet: Logger {
        var logger = Logger(label: "tiyin")
        logger.logLevel = .error
        return logger
    }
}
