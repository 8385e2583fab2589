import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import Pix
import StrictJSON
import TestSupport
import Testing

@testable import Server

/// Source: pix.md 3.6
@Suite("Who may send the bank's notices", .enabled(if: CertificateMaker.isThere, "openssl is not installed"))
struct PixGateTests {
    private static let path = "/payments/pix/confirm/pix"
    private static let bankSubject = "/C=BR/O=Banco Inter/CN=webhook.bank.example"
    private static let subjectText = "CN=webhook.bank.example,O=Banco Inter,C=BR"

    /// Certificates of a bank, of somebody else whom the same authority knows, and of whom it does not know.
    private func certificates() async throws -> CertificateMaker {
        let maker = CertificateMaker()
        try await maker.authority("authority")
        try await maker.authority("stranger")
        try await maker.leaf("server", of: "authority", subject: "/CN=shop.example")
        try await maker.leaf("bank", of: "authority", subject: Self.bankSubject)
        try await maker.leaf("other", of: "authority", subject: "/C=BR/O=Banco Inter/CN=other.bank.example")
        try await maker.leaf("site", of: "authority", subject: Self.bankSubject, usage: "serverAuth")
        try await maker.leaf("forged", of: "stranger", subject: Self.bankSubject)
        return maker
    }

    private func status(
        _ method: HTTPMethod, _ url: String, _ body: String? = nil, as name: String?, _ maker: CertificateMaker,
        key: String? = nil
    ) async throws -> Int? {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(maker.pem("authority")))]
        if let name {
            tls.certificateChain = try NIOSSLCertificate.fromPEMFile(maker.pem(name)).map { .certificate($0) }
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: maker.key(name), format: .pem))
        }
        let http = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: HTTPClient.Configuration(tlsConfiguration: tls))
        var request = HTTPClientRequest(url: url)
        request.method = method
        if let key { request.headers.add(name: "authorization", value: "Bearer \(key)") }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let answer = try? await http.execute(request, timeout: .seconds(10))
        _ = try? await answer?.body.collect(upTo: 1 << 20)
        try await http.shutdown()
        return answer.map { Int($0.status.code) }
    }

    private func settings(_ maker: CertificateMaker, _ more: [String: String] = [:]) -> [String: String] {
        PixShop.environment.merging([
            "API_TLS_CERT_PATH": maker.pem("server"), "API_TLS_KEY_PATH": maker.key("server"),
            "PIX_WEBHOOK_CLIENT_CA": maker.pem("authority"),
        ]) { $1 }.merging(more) { $1 }
    }

    @Test("is known by the certificate; payers and the shop need none")
    func certificate() async throws {
        let maker = try await certificates()
        try await RunningServer.with(settings(maker)) { running in
            let url = "https://127.0.0.1:\(running.port)"
            func post(as name: String?) async throws -> Int? {
                try await status(.POST, url + Self.path, "[]", as: name, maker)
            }
            #expect(try await post(as: "bank") == 200)
            #expect(try await post(as: "other") == 200)
            #expect(try await post(as: nil) == 403)
            // No connection comes about.
            #expect(try await post(as: "forged") == nil)
            #expect(try await post(as: "site") == nil)
            let lost = url + "/payments/pix/\(String(repeating: "a", count: 26))"
            #expect(try await status(.GET, lost, as: nil, maker) == 404)
            #expect(try await status(.GET, url + "/health", as: nil, maker) == 200)
            let made = try await status(
                .POST, url + "/payments/pix", #"{"amount":1}"#, as: nil, maker, key: running.merchantKey)
            #expect(made == 200)
            let seed = #"{"bank_payment_id":"nobody","amount":1}"#
            let confirmed = try await status(
                .POST, url + "/payments/pix/confirm", seed, as: nil, maker, key: running.merchantKey)
            #expect(confirmed == 404)
        }
    }

    @Test("is known by the subject, if one is set: others of the same authority are not the bank")
    func subject() async throws {
        let maker = try await certificates()
        try await RunningServer.with(settings(maker, ["PIX_WEBHOOK_CLIENT_SUBJECT": Self.subjectText])) { running in
            let url = "https://127.0.0.1:\(running.port)" + Self.path
            for (name, expected) in [("bank", 200), ("other", 403), (nil, 403)] as [(String?, Int)] {
                let answered = try await status(.POST, url, "[]", as: name, maker)
                #expect(answered == expected, "\(name ?? "none")")
            }
        }
    }

    @Test("is believed of a static code when its certificate was seen")
    func believed() async throws {
        let maker = try await certificates()
        try await RunningServer.with(settings(maker)) { running in
            let site = try #require(running.server.pix)
            let view = try await site.gateway.charges.create(.init(amount: 1_050)).get()
            let key = site.gateway.configuration.key.text
            let body = #"[{"endToEndId":"E1","txid":"\#(view.charge.txid)","valor":"10.50","chave":"\#(key)"}]"#
            let url = "https://127.0.0.1:\(running.port)" + Self.path
            #expect(try await status(.POST, url, body, as: nil, maker) == 403)
            #expect(try await status(.POST, url, body, as: "bank", maker) == 200)
            let isPaid = await eventually {
                let now = try? await site.gateway.charges.find(view.charge.id)
                return now?.status == .paid
            }
            #expect(isPaid)
        }
    }

    @Test("may take up a session again: its certificate is still known")
    func resumed() async throws {
        let maker = try await certificates()
        try await RunningServer.with(settings(maker)) { running in
            for version in ["-tls1_2", "-tls1_3"] {
                let session = maker.folder.file("session\(version)")
                let request =
                    "POST \(Self.path) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]"
                for option in ["-sess_out", "-sess_in"] {
                    let child = try ChildProcess(
                        CertificateMaker.openssl ?? "",
                        [
                            "s_client", "-connect", "127.0.0.1:\(running.port)", version, "-ign_eof", "-CAfile",
                            maker.pem("authority"), "-cert", maker.pem("bank"), "-key", maker.key("bank"), option,
                            session,
                        ], folder: maker.folder.path, input: request)
                    await child.exit()
                    #expect(child.output.contains("HTTP/1.1 200"), "\(version) \(option): \(child.errors)")
                }
            }
        }
    }

    @Test("is known by what a trusted proxy says, and by that proxy alone")
    func proxy() async throws {
        for (proxies, isTrusted) in [("127.0.0.0/8", true), ("10.0.0.0/8", false)] {
            let more = [
                "PIX_WEBHOOK_SUBJECT_HEADER": "X-Client-Subject", "PIX_WEBHOOK_CLIENT_SUBJECT": Self.subjectText,
                "HTTP_TRUSTED_PROXIES": proxies,
            ]
            try await PixShop.with(more) { shop in
                for (said, isBank) in [
                    ([Self.subjectText], true), ([], false), ([""], false), ([Self.subjectText + " "], true),
                    ([Self.subjectText.lowercased()], false), (["CN=other"], false),
                    ([Self.subjectText, Self.subjectText], false), ([Self.subjectText, "CN=other"], false),
                ] {
                    let headers = said.map { ("x-client-subject", $0) }
                    let reply = try await shop.send(.POST, Self.path, "[]", headers: headers)
                    #expect(reply.status == (isBank && isTrusted ? 200 : 403), "\(said)")
                }
            }
        }
    }
}

@Suite("A certificate's subject", .enabled(if: CertificateMaker.isThere, "openssl is not installed"))
struct CertificateSubjectTests {
    @Test("reads as openssl writes it")
    func text() async throws {
        let maker = CertificateMaker()
        try await maker.authority("authority")
        for subject in [
            "/CN=plain", "/C=BR/ST=São Paulo/L=São Paulo/O=Banco, S.A./OU=Pix + TED/CN=#bank \\/ \"one\"",
            "/DC=example/DC=bank/UID=7/CN=spaced ", "/O=a=b;c<d>e\\\\f/emailAddress=a@b.example",
            "/CN=" + String(repeating: "x", count: 60) + "/O=" + String(repeating: "y", count: 60)
                + "/OU=" + String(repeating: "z", count: 60),
        ] {
            try await maker.leaf("leaf", of: "authority", subject: subject)
            let chain = try NIOSSLCertificate.fromPEMFile(maker.pem("leaf"))
            let certificate = try #require(chain.first)
            let bytes = try certificate.toDERBytes()
            let expected = try await maker.run([
                "x509", "-noout", "-subject", "-nameopt", "RFC2253,-esc_msb,-dump_unknown,utf8", "-in",
                maker.pem("leaf"),
            ]).replacing("subject=", with: "").replacing("\n", with: "")
            let text = try #require(CertificateSubject(certificate: bytes)?.text)
            // openssl calls this one by a name that RFC 4514 does not have.
            #expect(text.replacing("1.2.840.113549.1.9.1=", with: "emailAddress=") == expected)
            for end in bytes.indices { _ = CertificateSubject(certificate: Array(bytes[..<end])) }
            for index in bytes.indices.prefix(400) {
                for value in [0x00, 0x7F, 0x80, 0x84, 0xFF] as [UInt8] {
                    var broken = bytes
                    broken[index] = value
                    _ = CertificateSubject(certificate: broken)
                }
            }
        }
        #expect(CertificateSubject(certificate: []) == nil)
        #expect(CertificateSubject(certificate: [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]) == nil)
    }
}
