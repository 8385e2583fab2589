import Foundation
import Pix
import TestSupport
import Testing

@testable import Server

@Suite("Pix's settings")
struct PixSettingTests {
    private static let some = [
        "PIX_KEY": "12345678909", "PIX_MERCHANT_NAME": "Fulano de Tal", "PIX_MERCHANT_CITY": "São Paulo",
    ]
    private static let inter = [
        "PIX_PROVIDER": "inter", "INTER_CLIENT_ID": "app", "INTER_CLIENT_SECRET": "s3cret",
        "INTER_BASE_URL": "http://127.0.0.1:1",
    ]

    @Test("arrive where they belong")
    func values() throws {
        let folder = try SettingsFolder()
        let plain = try #require(try folder.settings(Self.some).pix)
        #expect(plain.key.text == "12345678909")
        #expect(plain.merchant.name == "Fulano de Tal")
        #expect(plain.merchant.city == "Sao Paulo")
        #expect(plain.provider == .static)
        #expect(plain.expirySeconds == 86_400)
        #expect(plain.webhookSecret == nil)
        #expect(plain.returnsStrayMoney)
        #expect(!plain.bankShowsCertificate)
        let proxied = try folder.settings(
            Self.some.merging([
                "PIX_WEBHOOK_SUBJECT_HEADER": "X-Client-Subject", "PIX_WEBHOOK_CLIENT_SUBJECT": "CN=bank",
                "HTTP_TRUSTED_PROXIES": "127.0.0.1",
            ]) { $1 })
        #expect(proxied.pix?.bankShowsCertificate == true)
        let more = [
            "PIX_EXPIRY_SECONDS": "1800", "PIX_WEBHOOK_SECRET": "sixteen--letters", "PIX_STRAY_MONEY": "hold",
            "PIX_PUBLIC_URL": "https://pay.example/shop",
        ]
        let settings = try folder.settings(Self.some.merging(more) { $1 })
        #expect(settings.pix?.expirySeconds == 1_800)
        #expect(settings.pix?.webhookSecret == "sixteen--letters")
        #expect(settings.pix?.returnsStrayMoney == false)
        #expect(settings.pixPublicURL == "https://pay.example/shop")
        #expect(settings.inter == nil)
        let bank = try folder.settings(Self.some.merging(Self.inter) { $1 }.merging(["INTER_ACCOUNT": "123"]) { $1 })
        #expect(bank.pix?.provider == .inter)
        #expect(bank.inter?.clientID == "app")
        #expect(bank.inter?.account == "123")
        #expect(bank.inter?.baseURL == "http://127.0.0.1:1")
        #expect(try folder.settings().pix == nil)
    }

    /// What is set beside the key, the name and the city (`-NAME`: which of these is not), and the beginning of the
    /// complaint.
    private static let table = """
        -PIX_MERCHANT_NAME          | pix.merchant_name (PIX_MERCHANT_NAME) is missing beside pix.key
        -PIX_MERCHANT_CITY          | pix.merchant_city (PIX_MERCHANT_CITY) is missing beside pix.key
        -PIX_KEY                    | pix.key (PIX_KEY) is missing: set it, or remove everything of Pix's
        PIX_KEY=12345678900         | pix.key (PIX_KEY) is no key. This is not a Pix key: its 11 digits are no CPF
        PIX_MERCHANT_NAME=店         | pix.merchant_name (PIX_MERCHANT_NAME) has no letter that a code can hold
        PIX_MERCHANT_CITY=店         | pix.merchant_city (PIX_MERCHANT_CITY) has no letter that a code can hold
        PIX_PROVIDER=bank           | pix.provider (PIX_PROVIDER) must be one of static, inter, not 'bank'
        PIX_EXPIRY_SECONDS=59       | pix.expiry_seconds (PIX_EXPIRY_SECONDS) must be a whole number from 60 to 2592000
        PIX_EXPIRY_SECONDS=60       | none
        PIX_WEBHOOK_SECRET=short    | pix.webhook_secret (PIX_WEBHOOK_SECRET) must have 16 characters or more
        PIX_WEBHOOK_SECRET=sixteen/letters/ | pix.webhook_secret (PIX_WEBHOOK_SECRET) must be letters, digits, - and _
        PIX_WEBHOOK_CLIENT_CA=/nobody | pix.webhook_client_ca (PIX_WEBHOOK_CLIENT_CA) needs api.tls_cert_path and api.tls_key_path
        PIX_WEBHOOK_CLIENT_SUBJECT=CN=b | pix.webhook_client_subject (PIX_WEBHOOK_CLIENT_SUBJECT) needs pix.webhook_client_ca, or
        PIX_WEBHOOK_SUBJECT_HEADER=X-S | pix.webhook_client_subject (PIX_WEBHOOK_CLIENT_SUBJECT) is missing beside pix.webhook_subject_header
        PIX_WEBHOOK_SUBJECT_HEADER=X:S PIX_WEBHOOK_CLIENT_SUBJECT=CN=b | pix.webhook_subject_header (PIX_WEBHOOK_SUBJECT_HEADER) must be the name of a header
        PIX_WEBHOOK_SUBJECT_HEADER=X-S PIX_WEBHOOK_CLIENT_SUBJECT=CN=b | pix.webhook_subject_header (PIX_WEBHOOK_SUBJECT_HEADER) is believed from http.trusted_proxies alone
        PIX_WEBHOOK_SUBJECT_HEADER=X-S PIX_WEBHOOK_CLIENT_SUBJECT=CN=b HTTP_TRUSTED_PROXIES=127.0.0.1 | none
        PIX_WEBHOOK_SUBJECT_HEADER=X-S PIX_WEBHOOK_CLIENT_CA=/nobody | pix.webhook_subject_header (PIX_WEBHOOK_SUBJECT_HEADER) stands beside pix.webhook_client_ca
        PIX_REGISTER_WEBHOOK=yes    | pix.register_webhook (PIX_REGISTER_WEBHOOK) must be one of true, false, not 'yes'
        PIX_STRAY_MONEY=keep        | pix.stray_money (PIX_STRAY_MONEY) must be one of hold, return, not 'keep'
        PIX_PUBLIC_URL=pay.example  | pix.public_url (PIX_PUBLIC_URL) must be like https://pay.example
        PIX_PUBLIC_URL=https://a/   | pix.public_url (PIX_PUBLIC_URL) must be like https://pay.example
        PIX_PUBLIC_URL=https://a/?b | pix.public_url (PIX_PUBLIC_URL) must be like https://pay.example
        PIX_PROVIDER=inter          | inter.client_id (INTER_CLIENT_ID) is missing: pix.provider inter needs it
        INTER_CLIENT_ID=a           | inter.client_secret (INTER_CLIENT_SECRET) is missing beside inter.client_id
        INTER_CLIENT_SECRET=a       | inter.client_id (INTER_CLIENT_ID) is missing beside inter.client_secret
        PIX_PROVIDER=inter INTER_CLIENT_ID=a INTER_CLIENT_SECRET=b | inter.cert_path (INTER_CERT_PATH) is missing: Banco Inter takes no call
        INTER_BASE_URL=http://inter.example | inter.base_url (INTER_BASE_URL) must begin with https:// unless
        INTER_BASE_URL=inter        | inter.base_url (INTER_BASE_URL) must be like https://
        INTER_ACCOUNT=0123          | inter.account (INTER_ACCOUNT) must be digits without zeros before them
        INTER_KEY_PATH=/nobody      | inter.cert_path (INTER_CERT_PATH) is missing beside inter.key_path
        INTER_CERT_PASSWORD=geheim  | inter.cert_path (INTER_CERT_PATH) is missing beside inter.cert_password
        PIX_KYE=5                   | the environment variable PIX_KYE is no setting of tiyin
        INTER_ACOUNT=5              | the environment variable INTER_ACOUNT is no setting of tiyin: did you mean INTER_ACCOUNT?
        INTER_NET=5                 | none
        INTER_CERT_PATH=/nobody     | inter.cert_path (INTER_CERT_PATH) is /nobody, which cannot be read
        """

    @Test("that cannot be used are refused in one sentence")
    func complaints() throws {
        let folder = try SettingsFolder()
        for row in rows(Self.table) {
            var environment = Self.some
            for word in row[0].split(separator: " ") {
                let halves = word.split(separator: "=", maxSplits: 1)
                if word.hasPrefix("-") {
                    environment[String(word.dropFirst())] = nil
                } else {
                    environment[String(halves[0])] = String(halves[1])
                }
            }
            let complaint = folder.complaint(environment)
            #expect(complaint.hasPrefix(row[1]), "\(row[0]): \(complaint)")
            #expect(row[1] != "none" || complaint == "none")
        }
    }

    private static let openssl = ["/usr/bin/openssl", "/opt/homebrew/bin/openssl", "/usr/local/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(
        "take the client's certificate as PEM and as PKCS#12, and find out at the start if it cannot be used",
        .enabled(if: openssl != nil, "openssl is not installed, so no certificate can be made"))
    func identity() async throws {
        let files = TemporaryFolder()
        func run(_ arguments: [String]) async throws {
            let child = try ChildProcess(Self.openssl ?? "", arguments, folder: files.path)
            let exit = await child.exit()
            try #require(exit == .success, "\(child.errors)")
        }
        for name in ["app", "other"] {
            try await run([
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=\(name)", "-keyout", files.file("\(name).key"), "-out", files.file("\(name).crt"),
            ])
        }
        try await run([
            "pkcs12", "-export", "-inkey", files.file("app.key"), "-in", files.file("app.crt"), "-passout",
            "pass:s3same", "-out", files.file("app.pfx"),
        ])
        let folder = try SettingsFolder()
        let base = Self.some.merging(Self.inter) { $1 }.merging([
            "INTER_BASE_URL": "https://bank.example", "PIX_WEBHOOK_SECRET": "sixteen--letters",
        ]) { $1 }
        func complaint(_ more: [String: String]) -> String { folder.complaint(base.merging(more) { $1 }) }
        let certificate = ["INTER_CERT_PATH": files.file("app.crt")]
        let pfx = ["INTER_CERT_PATH": files.file("app.pfx"), "INTER_CERT_PASSWORD": "s3same"]
        #expect(complaint(certificate.merging(["INTER_KEY_PATH": files.file("app.key")]) { $1 }) == "none")
        #expect(complaint(pfx) == "none")
        let wrongs = [
            certificate.merging(["INTER_KEY_PATH": files.file("other.key")]) { $1 }, certificate,
            pfx.merging(["INTER_CERT_PASSWORD": "wrong-s3same"]) { $1 }, ["INTER_CERT_PATH": files.file("app.pfx")],
            pfx.merging(["INTER_KEY_PATH": files.file("app.key")]) { $1 },
        ]
        for wrong in wrongs {
            let text = complaint(wrong)
            #expect(text.hasPrefix("inter.cert_pa"), "\(text)")
            #expect(!text.contains("s3same"))
        }
    }

    @Test("tell the bank where notices go, if payers come in by https and nobody has forbidden it")
    func registration() throws {
        let folder = try SettingsFolder()
        let address = ["PIX_PUBLIC_URL": "https://pay.example/shop"]
        func told(_ more: [String: String]...) throws -> String? {
            try folder.settings(more.reduce(Self.some) { $0.merging($1) { $1 } }).pix?.noticeURL
        }
        #expect(try told(Self.inter, address) == "https://pay.example/shop/payments/pix/confirm")
        #expect(try told(Self.inter) == nil)
        #expect(try told(address) == nil)
        #expect(try told(Self.inter, ["PIX_PUBLIC_URL": "http://pay.example"]) == nil)
        #expect(try told(Self.inter, address, ["PIX_REGISTER_WEBHOOK": "false"]) == nil)
        let secret = ["PIX_WEBHOOK_SECRET": "sixteen--letters"]
        #expect(try told(Self.inter, address, secret) == "https://pay.example/shop/payments/pix/confirm")
    }

    @Test(
        "do not let anybody send a real bank's notices",
        .enabled(if: CertificateMaker.isThere, "openssl is not installed, so no certificate can be made"))
    func notices() async throws {
        let maker = CertificateMaker()
        try await maker.authority("bank")
        let folder = try SettingsFolder()
        let files = ["INTER_CERT_PATH": maker.pem("bank"), "INTER_KEY_PATH": maker.key("bank")]
        let base = Self.some.merging(Self.inter) { $1 }.merging(files) { $1 }
        func complaint(_ url: String, _ more: [String: String] = [:]) -> String {
            folder.complaint(base.merging(["INTER_BASE_URL": url]) { $1 }.merging(more) { $1 })
        }
        let real = "https://bank.example"
        #expect(complaint(real).hasPrefix("pix.provider (PIX_PROVIDER) is inter, and anybody could send its notices"))
        #expect(complaint(real, ["PIX_WEBHOOK_SECRET": "sixteen--letters"]) == "none")
        let tls = ["API_TLS_CERT_PATH": maker.pem("bank"), "API_TLS_KEY_PATH": maker.key("bank")]
        #expect(complaint(real, tls.merging(["PIX_WEBHOOK_CLIENT_CA": maker.pem("bank")]) { $1 }) == "none")
        #expect(
            complaint(real, tls.merging(["PIX_WEBHOOK_CLIENT_CA": maker.key("bank")]) { $1 })
                .hasPrefix("pix.webhook_client_ca (PIX_WEBHOOK_CLIENT_CA) must be a PEM file with the certificates"))
        #expect(
            complaint(
                real,
                [
                    "PIX_WEBHOOK_SUBJECT_HEADER": "X-S", "PIX_WEBHOOK_CLIENT_SUBJECT": "CN=b",
                    "HTTP_TRUSTED_PROXIES": "10.0.0.1",
                ]) == "none")
        // A simulated bank beside the server.
        for own in ["http://127.0.0.1:1", "https://localhost:1"] { #expect(complaint(own) == "none") }
        #expect(complaint("https://localhost.example") != "none")
    }

    @Test("hide what is secret, and the key, which may be somebody's tax number")
    func secrets() throws {
        let folder = try SettingsFolder()
        let environment = Self.some.merging(Self.inter) { $1 }.merging(["PIX_WEBHOOK_SECRET": "sixteen--letters"]) {
            $1
        }
        let settings = try folder.settings(environment)
        let source = try folder.source(environment)
        let shown = "\(settings)" + SettingKey.allCases.map { source.shown($0) }.joined(separator: "\n")
        for secret in ["12345678909", "s3cret", "sixteen--letters"] { #expect(!shown.contains(secret)) }
    }
}
