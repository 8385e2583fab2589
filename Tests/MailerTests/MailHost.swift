import Foundation
import StrictJSON
import TestSupport
import Testing

/// aiosmtpd, which prints what it is handed.
final class MailHost: Sendable {
    enum Mode: String { case plain, starttls, tls }

    let port: Int
    private let child: ChildProcess

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardizedFileURL
    static let openssl =
        ["/usr/bin/openssl", "/opt/homebrew/bin/openssl", "/usr/local/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) } ?? "openssl"

    init(_ mode: Mode, in folder: TemporaryFolder) async throws {
        let python = Self.root.appendingPathComponent(".build/python/bin/python").path
        try #require(FileManager.default.isExecutableFile(atPath: python), "run `make setup-tests`")
        let script = Self.root.appendingPathComponent("Tests/MailerTests/smtpd.py").path
        child = try ChildProcess(
            python, [script, mode.rawValue, folder.file("host.crt"), folder.file("host.key")],
            environment: ["PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore"], folder: folder.path,
            keepsInputOpen: true)
        let line = await child.line { Int($0) != nil }
        port = try #require(line.flatMap { Int($0) }, "\(child.errors)")
    }

    /// Its certificate signs itself.
    static func makeCertificate(in folder: TemporaryFolder) async throws {
        let child = try ChildProcess(
            openssl,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout",
                folder.file("host.key"), "-out", folder.file("host.crt"),
            ], folder: folder.path)
        let exit = await child.exit()
        try #require(exit == .success, "\(child.errors)")
    }

    /// What it printed after its port.
    var said: [JSONValue] {
        child.output.split(separator: "\n").dropFirst().compactMap { try? JSONValue(parsing: String($0)) }
    }

    var messages: [JSONValue] { said.filter { $0["parts"] != nil } }
}
