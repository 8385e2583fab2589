import Foundation
import Payments
import Sandbox
import Server

/// What a sandbox is made of: keys for this run alone, a scratch database, sample orders.
struct SandboxSetup: Sendable {
    let folder: String
    /// The port that pay links lead to; the server listens on it.
    let port: Int
    let paymeKey = "sandbox-payme-\(Self.random())"
    let merchantKey = "sandbox-merchant-\(Self.random())"
    let click = SandboxClick(
        serviceID: 54_321, merchantID: 12_345, merchantUserID: 777, secretKey: "sandbox-click-\(Self.random())")
    let pix = SandboxPix(
        clientID: "sandbox-loja", clientSecret: "sandbox-inter-\(Self.random())", key: "loja@example.com",
        webhookSecret: "sandbox-webhook-\(Self.random())")

    let yookassa = {
        var shop = SandboxYooKassa(shopID: "100500", secretKey: "test_sandbox-yookassa-\(Self.random())")
        // One of those that YooKassa has published.
        shop.noticeSender = "185.71.76.5"
        return shop
    }()
    let telegram = SandboxTelegram(token: "110201543:\(Self.random())-\(Self.random())-sandbox", chatID: 1_001)

    let groups = SandboxGroups(
        webhookSecret: "whsec_" + Data((0..<32).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString())

    private static let merchantID = "587f72c72cac0d162c722ae2"

    /// The server, without a slash at the end.
    var url: String { "http://127.0.0.1:\(port)" }

    func settings() throws -> ServerSettings {
        let environment = [
            "API_PORT": String(port), "DATABASE_URL": "sqlite:\(folder)/sandbox.db", "PAYME_KEY": paymeKey,
            "PAYME_MERCHANT_ID": Self.merchantID, "PAYME_MODE": "sandbox", "MERCHANT_API_KEY": merchantKey,
            "PAYME_CHECKOUT_URL": SandboxConfiguration.checkoutURL(of: url), "JOBS_EXPIRY_SECONDS": "1",
            "CLICK_SERVICE_ID": String(click.serviceID), "CLICK_MERCHANT_ID": String(click.merchantID),
            "CLICK_MERCHANT_USER_ID": String(click.merchantUserID), "CLICK_SECRET_KEY": click.secretKey,
            "CLICK_PAY_URL": SandboxConfiguration.clickPayURL(of: url),
            "CLICK_API_URL": SandboxConfiguration.clickAPIURL(of: url),
            "PIX_PROVIDER": "inter", "PIX_KEY": pix.key, "PIX_MERCHANT_NAME": "LOJA EXEMPLO",
            "PIX_MERCHANT_CITY": "SAO PAULO", "PIX_WEBHOOK_SECRET": pix.webhookSecret,
            // Shorter than the hours that the page lets pass.
            "PIX_EXPIRY_SECONDS": "3600",
            "INTER_CLIENT_ID": pix.clientID, "INTER_CLIENT_SECRET": pix.clientSecret,
            "INTER_BASE_URL": SandboxConfiguration.pixBankURL(of: url),
            "YOOKASSA_SHOP_ID": yookassa.shopID, "YOOKASSA_SECRET_KEY": yookassa.secretKey,
            "YOOKASSA_BASE_URL": SandboxConfiguration.yookassaURL(of: url), "HTTP_TRUSTED_PROXIES": "127.0.0.1",
            "YOOKASSA_RETURN_URL": url + "/payments/yookassa/{id}/return",
            "TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_CHAT_ID": String(telegram.chatID),
            "TELEGRAM_BASE_URL": SandboxConfiguration.telegramURL(of: url),
            // What the server tells of purchases by groups; their e-mails are received in this process.
            "MERCHANT_WEBHOOK_URL": SandboxConfiguration.webhookURL(of: url),
            "MERCHANT_WEBHOOK_SECRET": groups.webhookSecret, "MERCHANT_PRIVATE_TARGETS": "allow",
            "PLEDG_PUBLIC_URL": url,
            // The suite's payments are none that the simulated Click knows.
            "CLICK_UNCONFIRMED_CANCEL": "accept", "LOG_LEVEL": "notice",
        ]
        return try ServerSettings(SettingSource(environment: environment, folder: folder))
    }

    var configuration: SandboxConfiguration {
        var configuration = SandboxConfiguration(
            url: url, paymeKey: paymeKey, merchantID: Self.merchantID, merchantKey: merchantKey)
        configuration.click = click
        configuration.pix = pix
        configuration.yookassa = yookassa
        configuration.telegram = telegram
        configuration.groups = groups
        return configuration
    }

    /// Orders to pay, two whose amounts choose what goes wrong, two for Pix, two for YooKassa, and an account to top up.
    var orders: [[UInt8]] {
        [
            #"{"id":"998901234567","kind":"cumulative","currency":"UZS","description":"Phone balance"}"#,
            #"{"id":"1008","amount":{"value":"7400.00","currency":"RUB"},"description":"Hotel night"}"#,
            #"{"id":"1007","amount":{"value":"1490.00","currency":"RUB"},"description":"Backpack"}"#,
            #"{"id":"1006","amount":{"value":"89.90","currency":"BRL"},"description":"Coffee, 1 kg"}"#,
            #"{"id":"1005","amount":{"value":"150.10","currency":"BRL"},"description":"Hammock"}"#,
            #"{"id":"1004","amount":{"value":"84000.13","currency":"UZS"},"description":"Desk lamp"}"#,
            #"{"id":"1003","amount":{"value":"36500.11","currency":"UZS"},"description":"Theatre ticket"}"#,
            #"{"id":"1002","amount":{"value":"129900.00","currency":"UZS"},"description":"Headphones"}"#,
            #"{"id":"1001","amount":{"value":"5000.00","currency":"UZS"},"description":"Green tea, 2 boxes"}"#,
        ].map { Array($0.utf8) }
    }

    private static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return String(generator.next() as UInt64, radix: 36)
    }
}
