import Delivery
import Payments
import TestSupport
import Testing
import YooKassa

@testable import Server

@Suite("YooKassa's settings")
struct YooKassaSettingTests {
    private static let some = ["YOOKASSA_SHOP_ID": "100500", "YOOKASSA_SECRET_KEY": "test_secret-of-nobody"]

    @Test("arrive where they belong")
    func values() throws {
        let folder = try SettingsFolder()
        let settings = try folder.settings(Self.some)
        let plain = try #require(settings.yookassa)
        #expect(plain.shopID == "100500")
        #expect(plain.isTest)
        #expect(plain.senderCheck == .addressAndAPI)
        #expect(plain.senders == nil)
        #expect(plain.retriesMaximum == 5)
        #expect(plain.returnURL == nil)
        #expect(plain.holdsOrder)
        #expect(settings.yookassaCredentials?.baseURL == "https://api.yookassa.ru/v3")
        let more = [
            "YOOKASSA_SECRET_KEY": "live_secret-of-nobody", "YOOKASSA_MAX_RETRIES": "0",
            "YOOKASSA_RETURN_URL": "https://pay.example/{id}", "YOOKASSA_SENDERS": "10.0.0.1, ::1/128",
            "YOOKASSA_SENDER_CHECK": "api", "YOOKASSA_HOLDS_ORDER": "false",
            "YOOKASSA_BASE_URL": "http://127.0.0.1:8080/v3",
        ]
        let other = try folder.settings(Self.some.merging(more) { $1 })
        let changed = try #require(other.yookassa)
        #expect(!changed.isTest)
        #expect(changed.retriesMaximum == 0)
        #expect(changed.returnURL == "https://pay.example/{id}")
        #expect(changed.senders == ["10.0.0.1", "::1/128"])
        #expect(changed.senderCheck == .api)
        #expect(!changed.holdsOrder)
        #expect(other.yookassaCredentials?.baseURL == "http://127.0.0.1:8080/v3")
        #expect(try folder.settings().yookassa == nil)
        #expect(!"\(other)".contains("live_secret-of-nobody"))
    }

    @Test("say to Telegram whether the money is real")
    func telegram() throws {
        let folder = try SettingsFolder()
        let bot = ["TELEGRAM_BOT_TOKEN": "123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "TELEGRAM_CHAT_ID": "5"]
        let both = Self.some.merging(bot) { $1 }
        #expect(try folder.settings(both).telegram?.testGateways.contains(YooKassaGateway.name) == true)
        let live = both.merging(["YOOKASSA_SECRET_KEY": "live_secret-of-nobody"]) { $1 }
        #expect(try folder.settings(live).telegram?.testGateways.contains(YooKassaGateway.name) == false)
    }

    private static let table = """
        YOOKASSA_SHOP_ID=       | yookassa.shop_id (YOOKASSA_SHOP_ID) is set but empty
        -YOOKASSA_SHOP_ID       | yookassa.shop_id (YOOKASSA_SHOP_ID) is missing beside yookassa.secret_key
        -YOOKASSA_SECRET_KEY    | yookassa.secret_key (YOOKASSA_SECRET_KEY) is missing beside yookassa.shop_id
        YOOKASSA_SHOP_ID=1:2    | yookassa.shop_id (YOOKASSA_SHOP_ID) must be letters, digits, - and _
        YOOKASSA_SECRET_KEY=x   | yookassa.secret_key (YOOKASSA_SECRET_KEY) must have 8 characters or more
        YOOKASSA_MAX_RETRIES=21 | yookassa.max_retries (YOOKASSA_MAX_RETRIES) must be a whole number from 0 to 20
        YOOKASSA_MAX_RETRIES=20 | none
        YOOKASSA_BASE_URL=http://api.yookassa.ru/v3 | yookassa.base_url (YOOKASSA_BASE_URL) must begin with https://
        YOOKASSA_BASE_URL=http://127.example.com/v3 | yookassa.base_url (YOOKASSA_BASE_URL) must begin with https://
        YOOKASSA_BASE_URL=https://api.yookassa.ru/v3/ | yookassa.base_url (YOOKASSA_BASE_URL) must be like https://
        YOOKASSA_BASE_URL=http://[::1]:5/v3 | none
        YOOKASSA_RETURN_URL=pay.example | yookassa.return_url (YOOKASSA_RETURN_URL) must be like https://
        YOOKASSA_SENDERS=nobody | yookassa.senders (YOOKASSA_SENDERS) is wrong: nobody is no address
        YOOKASSA_SENDERS=10.0.0.0/33 | yookassa.senders (YOOKASSA_SENDERS) is wrong: 10.0.0.0/33 is no address
        YOOKASSA_SENDER_CHECK=ip | yookassa.sender_check (YOOKASSA_SENDER_CHECK) must be one of ip+api, api, not 'ip'
        YOOKASSA_HOLDS_ORDER=yes | yookassa.holds_order (YOOKASSA_HOLDS_ORDER) must be one of true, false, not 'yes'
        MERCHANT_API_KEY=test_secret-of-nobody | merchant.api_key and yookassa.secret_key are the same
        YOOKASSA_TOKEN=5        | none
        YOOKASSA_MAX_RETRYS=5   | the environment variable YOOKASSA_MAX_RETRYS is no setting of tiyin: did you mean
        """

    @Test("that cannot be used are refused in one sentence, without the key in it")
    func complaints() throws {
        let folder = try SettingsFolder()
        for row in rows(Self.table) {
            var environment = Self.some
            if row[0].hasPrefix("-") {
                environment[String(row[0].dropFirst())] = nil
            } else {
                let halves = row[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                environment[String(halves[0])] = String(halves[1])
            }
            let complaint = folder.complaint(environment)
            #expect(complaint.hasPrefix(row[1]), "\(row[0]): \(complaint)")
            #expect(!complaint.contains("secret-of-nobody"))
        }
    }
}
