import ArgumentParser
import Server

/// The database of commands that need nothing else of the settings.
struct DatabaseOptions: ParsableArguments {
    @OptionGroup var settings: SettingsOptions
    @Option(help: "The database, as in DATABASE_URL, instead of that of the settings.")
    var database: String?

    func url() throws -> DatabaseURL {
        if let database { return try DatabaseURL(database, from: "--database") }
        return try DatabaseURL(settings.source())
    }
}
