/// Which database a URL names.
public enum DatabaseURL: Sendable, Hashable {
    /// `sqlite:tiyin.db` is a file beside us, `sqlite:///var/lib/tiyin.db` an absolute path.
    case sqlite(path: String)
    case postgreSQL

    /// - Parameter name: where the text stands, for the error.
    /// - Throws: ``SettingsError`` for anything else.
    public init(_ text: String, from name: String) throws {
        if text.hasPrefix("postgres:") || text.hasPrefix("postgresql:") {
            self = .postgreSQL
            return
        }
        guard text.hasPrefix("sqlite:") else {
            throw SettingsError("\(name) must begin with sqlite:, not with '\(text.prefix { $0 != ":" })'")
        }
        var path = text.dropFirst("sqlite:".count)
        if path.hasPrefix("//") { path = path.dropFirst(2) }
        guard !path.isEmpty, !path.contains("?"), path != ":memory:" else {
            throw SettingsError("\(name) must name a file: sqlite:tiyin.db or sqlite:///path/to/tiyin.db")
        }
        self = .sqlite(path: String(path))
    }

    /// The database of the settings. Nothing else of them is looked at: a backup needs no cashbox key.
    /// - Throws: ``SettingsError``
    public init(_ source: SettingSource) throws {
        try self.init(try SettingReader(source).text(.databaseURL), from: SettingKey.databaseURL.label)
    }
}
