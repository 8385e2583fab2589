import Testing

@testable import Server

@Suite("A secret")
struct SecretTests {
    /// Stands in every secret below.
    private static let secret = "hunter2"

    private static let environments: [[String: String]] = [
        ["PAYME_KEY": "hunter2"], ["PAYME_KEY": "hunter2 hunter2"], ["PAYME_KEY": "hunter2-hunter2\n"],
        ["PAYME_KEY": "hunter2-ключ"], ["PAYME_KEY": String(repeating: "hunter2", count: 50)],
        ["MERCHANT_API_KEY": "hunter2"], ["MERCHANT_API_KEY": "hunter2 hunter2 hunter2"],
        ["PAYME_KEY": "hunter2-hunter2-hunter2", "MERCHANT_API_KEY": "hunter2-hunter2-hunter2"],
        ["TELEGRAM_BOT_TOKEN": "hunter2"], ["TELEGRAM_BOT_TOKEN": "123:hunter2 hunter2"],
        ["TELEGRAM_BOT_TOKEN": "123456:hunter2-hunter2"],
        ["TELEGRAM_BOT_TOKEN": "1:hunter2-hunter2", "TELEGRAM_CHAT_ID": "1", "TELEGRAM_BASE_URL": "http://a.example"],
        ["PAYME_KYE": "hunter2"], ["MERCHANT_KEY": "hunter2"],
        ["DATABASE_URL": "mysql://root:hunter2@db/tiyin"], ["DATABASE_URL": "postgres://root:hunter2@db/tiyin"],
        ["DATABASE_URL": "sqlite:a?key=hunter2"],
    ]

    private static let dotEnvs = [
        "PAYME_KEY hunter2", "PAYME_KEY: hunter2", "PAYME_KEY: hunter2=a", "PAYME_KYE=hunter2", "hunter2", "hunter2=",
        "PAYME_KEY=hunter2", "PAYME_KEY=hunter2 hunter2", "PAYME_KEY='hunter2 a", "export PAYME_KEY=hunter2",
    ]

    private static let yamls = [
        "payme: {key: hunter2}", "payme:\n  key: hunter2 hunter2", "payme:\n  kye: hunter2",
        "payme:\n  key: \"hunter2", "payme:\n  key: 'hunter2", "payme:\n  key: *hunter2", "payme:\n  key: &hunter2 a",
        "payme:\n  key: !hunter2 a", "payme:\n  key: @hunter2", "payme:\n  key: %hunter2", "payme:\n  key: `hunter2",
        "payme:\n  key: hunter2: hunter2", "payme:\n  key: [hunter2, {}]", "payme:\n  key: {hunter2: a}",
        "payme:\n  key:hunter2", "payme:\n  key:hunter2\n  login: a", "payme: hunter2", "hunter2",
        "payme:\n\tkey: hunter2", "payme:\n  key: |\n  hunter2", "payme:\n key: hunter2\n key: hunter2",
        "payme:\n  key: >\n    hunter2\n    hunter2", "payme:\n  key: \"hunter2\\q\"",
        "payme:\n  key: a #hunter2\n b: [",
    ]

    @Test("stands in no complaint, wherever it was written and whatever is wrong with it")
    func complaints() throws {
        let all =
            try Self.environments.map { try SettingsFolder().complaint($0) }
            + Self.dotEnvs.map { try SettingsFolder(env: $0).complaint() }
            + Self.yamls.map { try SettingsFolder(yaml: $0).complaint() }
        for complaint in all {
            #expect(complaint != "none")
            #expect(!complaint.contains(Self.secret), "\(complaint)")
        }
    }

    @Test("is shown as set, and what is none is shown as it is")
    func shown() throws {
        let folder = try SettingsFolder(yaml: "payme: {key: hunter2-hunter2}")
        let source = try folder.source([
            "MERCHANT_API_KEY": "hunter2-hunter2-hunter2", "API_PORT": "81",
            "DATABASE_URL": "postgres://root:hunter2@db.example/tiyin", "TELEGRAM_BOT_TOKEN": "123456:hunter2-hunter2",
        ])
        let shown = SettingKey.allCases.map { "\($0.rawValue) = \(source.shown($0))" }
        #expect(shown.filter { $0.contains(Self.secret) } == [])
        #expect(source.shown(.paymeKey) == "set, not shown")
        #expect(source.shown(.merchantKey) == "set, not shown")
        #expect(source.shown(.telegramBotToken) == "set, not shown")
        #expect(source.shown(.apiPort) == "81")
        #expect(source.shown(.apiHost) == "127.0.0.1 (default)")
        #expect(source.shown(.paymeMerchantID) == "not set")
        #expect(source.shown(.databaseURL) == "postgres://…@db.example/tiyin")
    }
}
