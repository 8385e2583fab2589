import Foundation
public import StrictJSON
public import TestSupport

/// aiosmtpd, which prints what it is handed.
public final class MailHost: Sendable {
    public enum Mode: String { case plain, starttls, tls }

    public let port: Int
    private let child: ChildProcess

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardizedFileURL
    public static let openssl =
        ["/usr/bin/openssl", "/opt/homebrew/bin/openssl", "/usr/local/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) } ?? "openssl"

    /// What a mail server needs is missing.
    struct Unavailable: Error, CustomStringConvertible {
        let description: String
    }

    public init(_ mode: Mode, in folder: TemporaryFolder) async throws {
        let python = Self.root.appendingPathComponent(".build/python/bin/python").path
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw Unavailable(description: "run `make setup-tests`")
        }
        let script = Self.root.appendingPathComponent("Tests/MailSupport/smtpd.py").path
        child = try ChildProcess(
            python, [script, mode.rawValue, folder.file("host.crt"), folder.file("host.key")],
            environment: ["PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore"], folder: folder.path,
            keepsInputOpen: true)
        let line = await child.line { Int($0) != nil }
        guard let port = line.flatMap({ Int($0) }) else { throw Unavailable(description: child.errors) }
        self.port = port
    }

    /// Its certificate signs itself.
    public static func makeCertificate(in folder: TemporaryFolder) async throws {
        let child = try ChildProcess(
            openssl,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout",
                folder.file("host.key"), "-out", folder.file("host.crt"),
            ], folder: folder.path)
        let exit = await child.exit()
        guard exit == .success else { throw Unavailable(description: child.errors) }
    }

    /// What it printed after its port.
    public var said: [JSONValue] {
        child.output.split(separator: "\n").dropFirst().compactMap { try? JSONValue(parsing: String($0)) }
    }

    public var messages: [JSONValue] { said.filter { $0["parts"] != nil } }
}
