import Foundation
import Server
import TestSupport

/// A folder with the files that settings come from.
struct SettingsFolder {
    let folder = TemporaryFolder()

    /// - Parameters:
    ///   - env: what `.env` holds; nil: there is none.
    ///   - yaml: what `tiyin.yaml` holds; nil: there is none.
    init(env: String? = nil, yaml: String? = nil) throws {
        try env?.write(toFile: folder.file(".env"), atomically: true, encoding: .utf8)
        try yaml?.write(toFile: folder.file("tiyin.yaml"), atomically: true, encoding: .utf8)
    }

    func settings(_ environment: [String: String] = [:]) throws -> ServerSettings {
        try ServerSettings(source(environment))
    }

    func source(_ environment: [String: String] = [:]) throws -> SettingSource {
        try SettingSource(environment: environment, folder: folder.path)
    }

    /// What the settings are refused with, the folder left out; "none" if they are taken.
    func complaint(_ environment: [String: String] = [:]) -> String {
        do {
            _ = try settings(environment)
            return "none"
        } catch {
            return "\(error)".replacing(folder.path + "/", with: "")
        }
    }
}
