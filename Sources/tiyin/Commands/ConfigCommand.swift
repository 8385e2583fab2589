import ArgumentParser
import Server

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Look at the settings.", subcommands: [Check.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Say whether the settings can be used, and list them all. Secrets are not shown.")

        @OptionGroup var settings: SettingsOptions

        func run() async throws {
            let source = try settings.source()
            var table = TextTable(header: ["setting", "environment", "value", "meaning"])
            for key in SettingKey.allCases {
                table.rows.append([key.rawValue, key.environmentName, source.shown(key), key.help])
            }
            print(table.text)
            _ = try ServerSettings(source)
            print("\nThe settings can be used.")
        }
    }
}
