import Foundation
import Payme
import Testing

@testable import Server

@Suite("Every setting")
struct DefaultTests {
    @Test("has the default that is documented: set to it, nothing changes")
    func defaults() throws {
        let folder = try SettingsFolder()
        let keys = [
            "PAYME_KEY": "12345678", "CLICK_SERVICE_ID": "5", "CLICK_SECRET_KEY": "12345678",
            "PIX_KEY": "12345678909", "PIX_MERCHANT_NAME": "Loja", "PIX_MERCHANT_CITY": "Recife",
            "YOOKASSA_SHOP_ID": "100500", "YOOKASSA_SECRET_KEY": "test_key",
        ]
        let plain = "\(try folder.settings(keys))"
        for key in SettingKey.allCases {
            guard let text = key.defaultText else { continue }
            let set = try folder.settings(keys.merging([key.environmentName: text]) { $1 })
            #expect("\(set)" == plain, "\(key)")
        }
    }

    @Test("is used: set to something else, something changes")
    func used() throws {
        let folder = try SettingsFolder()
        let keys = [
            "PAYME_KEY": "12345678", "API_PLAIN_HTTP": "anywhere", "CLICK_SERVICE_ID": "5",
            "CLICK_SECRET_KEY": "12345678", "MERCHANT_WEBHOOK_URL": "https://shop.example/hook",
            "MERCHANT_WEBHOOK_SECRET": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
        ]
        let plain = "\(try folder.settings(keys))"
        let others: [SettingKey: String] = [
            .apiHost: "0.0.0.0", .apiPort: "1", .databaseURL: "sqlite:other.db", .merchantKey: "sixteen--letters",
            .paymeKey: "87654321", .paymeMerchantID: "5", .paymeLogin: "Shop", .paymeMode: "sandbox",
            .paymeAccountField: "phone", .paymeBusyOrderError: "unable", .paymeRefunds: "refuse",
            .paymeCreateTime: "payme", .paymeExpiry: "at", .paymeAnswerVersion: "omit", .paymeUnreadableID: "0",
            .paymeCheckoutURL: "https://pay.example", .paymeAllowedAddresses: "payme", .httpTrustedProxies: "::1",
            .clickServiceID: "6", .clickSecretKey: "87654321", .clickMerchantID: "7", .clickMerchantUserID: "8",
            .clickCancelAfterPerform: "deny", .clickUnconfirmedCancel: "accept", .clickAttemptMismatch: "refuse",
            .clickReserveMinutes: "5",
            .clickAdvancedShop: "signed", .clickAdvancedAccount: "phone", .clickPayURL: "https://pay.example",
            .clickAPIURL: "https://api.example", .clickAllowedAddresses: "::1",
            .clickTestOrigin: "https://docs.click.uz", .httpOperatorAddresses: "any",
            .httpBodyMaximum: "2048", .httpConnectionsMaximum: "5", .httpRequestSeconds: "5", .jobsExpirySeconds: "0",
            .logLevel: "debug", .logFormat: "json", .merchantWebhookURL: "https://other.example/hook",
            .merchantCheckURL: "https://shop.example/check", .pixPublicURL: "https://pay.example",
            .pledgPublicURL: "https://pay.example", .yookassaCurrency: "UZS",
            .pledgTimeZone: "Asia/Tashkent",
        ]
        // TLS needs files, plain HTTP and private targets change only what is refused, a secret does not show, and
        // nothing of Pix, YooKassa, Pledg or Telegram does: they have tests of their own.
        let untold = Set(SettingKey.allCases).subtracting(others.keys)
        #expect(
            untold == [
                .apiTLSCertificate, .apiTLSKey, .apiPlainHTTP, .merchantWebhookSecret, .merchantPrivateTargets,
                .pixKey, .pixMerchantName, .pixMerchantCity, .pixProvider, .pixExpirySeconds, .pixWebhookSecret,
                .pixWebhookClientAuthority, .pixWebhookClientSubject, .pixWebhookSubjectHeader, .pixRegisterWebhook,
                .pixStrayMoney, .interClientID, .interClientSecret, .interCertificate, .interKey,
                .interCertificatePassword, .interBaseURL, .interAccount,
                .yookassaShopID, .yookassaSecretKey, .yookassaBaseURL, .yookassaMaxRetries, .yookassaReturnURL,
                .yookassaSenders, .yookassaSenderCheck, .yookassaHoldsOrder, .pledgEnabled, .pledgOnFailure,
                .pledgMoneyModel, .pledgHours, .pledgMembersMaximum, .smtpURL, .smtpFrom, .telegramBotToken,
                .telegramChatID, .telegramEvents, .telegramLanguage, .telegramBaseURL,
            ])
        for (key, text) in others {
            let set = try folder.settings(keys.merging([key.environmentName: text]) { $1 })
            #expect("\(set)" != plain, "\(key)")
        }
    }

    @Test("is what it says")
    func values() throws {
        let settings = try SettingsFolder().settings(["PAYME_KEY": "12345678"])
        #expect(settings.host == "127.0.0.1")
        #expect(settings.port == 8080)
        #expect(settings.databasePath == "tiyin.db")
        #expect(settings.paymeAddresses == nil)
        #expect(settings.trustedProxies.isEmpty)
        #expect(settings.bodyBytesMaximum == 65_536)
        #expect(settings.payme?.login == "Paycom")
        #expect(settings.payme?.checkoutURL == PaymeConfiguration.productionCheckout)
        #expect(settings.payme?.changePassword == nil)
    }

    @Test("of the database names a file, beside us or anywhere")
    func paths() throws {
        let folder = try SettingsFolder()
        for (url, path) in [
            "sqlite:tiyin.db": "tiyin.db", "sqlite:///var/lib/tiyin.db": "/var/lib/tiyin.db",
            "sqlite:/var/lib/tiyin.db": "/var/lib/tiyin.db", "sqlite:../t.db": "../t.db",
        ] {
            #expect(try folder.settings(["DATABASE_URL": url]).databasePath == path)
        }
    }

    @Test("of addresses may be Payme's own")
    func addresses() throws {
        let settings = try SettingsFolder().settings(["PAYME_KEY": "12345678", "PAYME_ALLOWED_ADDRESSES": "payme"])
        let list = try #require(settings.paymeAddresses)
        #expect((0...17).filter { list.contains("185.234.113.\($0)") } == Array(1...15))
        #expect(!list.contains("127.0.0.1"))
    }

    @Test("is named after its key in the environment")
    func names() {
        #expect(SettingKey.paymeBusyOrderError.environmentName == "PAYME_BUSY_ORDER_ERROR")
        #expect(Set(SettingKey.allCases.map(\.environmentName)).count == SettingKey.allCases.count)
    }

    @Test("stands in the README's table as it is here, in this order")
    func readme() throws {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        let text = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        let names = Set(SettingKey.allCases.map(\.rawValue))
        let written = text.split(separator: "\n").filter { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            return line.hasPrefix("| ") && cells.count == 4 && names.contains(cells[0])
        }
        let expected = SettingKey.allCases.map {
            "| \($0.rawValue) | \($0.environmentName) | \($0.defaultText ?? "none") | \($0.help) |"
        }
        #expect(written.map(String.init) == expected)
    }
}
