import Configuration
import Foundation
import Specification
import SystemPackage

/// Where settings come from: environment over `.env` over `tiyin.yaml`.
///
/// Every value is read as text and parsed by us, so that a malformed one is told from a missing one.
public struct SettingSource: Sendable {
    private let reader: ConfigReader
    /// Names that are set but mean nothing.
    let unknown: [Unknown]

    /// A name that is no setting.
    struct Unknown: Sendable {
        /// The name with where it stands.
        let place: String
        /// The name that may have been meant.
        var meant: String?
    }

    /// Reads `.env` and the YAML file. Values are judged by ``ServerSettings``, names that are no setting too.
    ///
    /// - Parameters:
    ///   - environment: the process's variables.
    ///   - folder: where `.env` and `tiyin.yaml` are looked for.
    ///   - file: a YAML file instead of `tiyin.yaml`; it must exist.
    /// - Throws: ``SettingsError`` if a file cannot be read, or is not made of `NAME=value` lines or of sections.
    public init(environment: [String: String], folder: String = ".", file: String? = nil) throws {
        let dotEnvironment = try Self.dotEnvironment(folder + "/.env")
        let yaml = try Self.yaml(file ?? folder + "/tiyin.yaml", isRequired: file != nil)
        reader = ConfigReader(providers: [
            EnvironmentVariablesProvider(environmentVariables: environment, secretsSpecifier: .all),
            EnvironmentVariablesProvider(environmentVariables: dotEnvironment.values, secretsSpecifier: .all),
            InMemoryProvider(values: yaml.values),
        ])
        unknown =
            environment.keys.sorted().compactMap(Self.stray)
            + (dotEnvironment.unknown + yaml.unknown).map { Unknown(place: $0) }
    }

    /// A variable that was meant for us and is no setting; nil for a setting, and for what is somebody else's.
    private static func stray(_ name: String) -> Unknown? {
        guard !names.contains(name) else { return nil }
        let isOurs = ["PAYME_", "CLICK_", "PIX_", "MERCHANT_", "DATABASE_URL"].contains { name.hasPrefix($0) }
        // Names that other software uses too: only what looks like one of ours.
        let mayBeOurs =
            ["API_", "HTTP_", "INTER_", "JOBS_", "LOG_", "YOOKASSA_"].contains { name.hasPrefix($0) }
            && name != "HTTP_PROXY"
        guard isOurs || mayBeOurs else { return nil }
        let meant = Misspelling.nearest(to: name)
        guard isOurs || meant != nil else { return nil }
        return Unknown(place: "the environment variable \(name)", meant: meant)
    }

    /// The text of a setting; nil if it is not set anywhere.
    func text(_ key: SettingKey) -> String? {
        reader.string(forKey: ConfigKey(key.rawValue), isSecret: key.isSecret)
    }

    private static let names = Set(SettingKey.allCases.map(\.environmentName))

    private static func dotEnvironment(_ path: String) throws -> (values: [String: String], unknown: [String]) {
        guard FileManager.default.fileExists(atPath: path) else { return ([:], []) }
        guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8)
        else { throw SettingsError("\(path) cannot be read: check its rights and that it is UTF-8") }
        var values: [String: String] = [:]
        var unknown: [String] = []
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = raw.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let equals = line.firstIndex(of: "="),
                let name = name(line[..<equals].trimmingCharacters(in: .whitespaces))
            else { throw SettingsError("\(path):\(index + 1): expected NAME=value") }
            values[name] = unquoted(line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces))
            if !names.contains(name) { unknown.append("\(path):\(index + 1): \(name)") }
        }
        return (values, unknown)
    }

    /// The text if it can be a variable's name. What else stands before an equals sign may be part of a secret.
    private static func name(_ text: String) -> String? {
        let isName = text.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
            default: false
            }
        }
        return isName && !text.isEmpty ? text : nil
    }

    /// A cashbox key may hold `#`, `$` and quotes, so nothing but one pair of quotes around it is taken away.
    private static func unquoted(_ text: String) -> String {
        for quote in ["\"", "'"] where text.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote) {
            return String(text.dropFirst().dropLast())
        }
        return text
    }

    private static func yaml(
        _ path: String, isRequired: Bool
    ) throws -> (values: [AbsoluteConfigKey: ConfigValue], unknown: [String]) {
        guard FileManager.default.fileExists(atPath: path) else {
            if isRequired { throw SettingsError("\(path) does not exist") }
            return ([:], [])
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SettingsError("\(path) cannot be read: check its rights")
        }
        if isBlank(data) { return ([:], []) }
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        var unknown: [String] = []
        do {
            let root = try SpecNode(yaml: Array(data), name: path)
            for section in try root.entries("the settings") {
                for entry in try section.value.entries("the section \(section.key)") {
                    let name = "\(section.key).\(entry.key)"
                    guard let text = entry.value.scalarText else {
                        throw SettingsError("\(path):\(entry.line): \(name) must be one value, not \(entry.value.kind)")
                    }
                    guard SettingKey(rawValue: name) != nil else {
                        unknown.append("\(path):\(entry.line): \(name)")
                        continue
                    }
                    values[AbsoluteConfigKey([section.key, entry.key])] = ConfigValue(.string(text), isSecret: true)
                }
            }
        } catch let error as SpecificationError {
            throw SettingsError("\(error)")
        }
        return (values, unknown)
    }

    /// Whether there is nothing but comments: a file whose settings are all commented out.
    private static func isBlank(_ data: Data) -> Bool {
        String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).allSatisfy { raw in
            let line = raw.trimmingCharacters(in: .whitespaces)
            return line.isEmpty || line.hasPrefix("#") || line == "---"
        }
    }
}

extension SpecNode {
    /// A single value as text; a list of values joined by commas; nil for anything else.
    fileprivate var scalarText: String? {
        switch content {
        case .string(let text), .number(let text): return text
        case .integer(let number): return String(number)
        case .boolean(let flag): return flag ? "true" : "false"
        case .sequence(let items):
            let texts = items.compactMap(\.scalarText)
            return texts.count == items.count ? texts.joined(separator: ",") : nil
        case .null, .mapping: return nil
        }
    }
}

/// A setting that cannot be used; one sentence that says which and what to do.
public struct SettingsError: Error, Sendable, CustomStringConvertible {
    /// The sentence. It never holds the value of a secret.
    public let description: String

    /// - Parameter description: one sentence that says what happened and what to do; nothing secret in it.
    public init(_ description: String) {
        self.description = description
    }
}
