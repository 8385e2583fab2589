import Foundation
import YooKassa

extension SettingReader {
    private enum Switch: String, CaseIterable {
        case `true`, `false`
    }

    /// YooKassa's part; nil when there is no shop. The rest is read all the same, so that what is malformed is refused
    /// before somebody adds the shop.
    func yookassa() throws -> YooKassaConfiguration? {
        let shop = try optional(.yookassaShopID)
        let key = try secret(.yookassaSecretKey, minimum: 8)
        let retries = Int64(try integer(.yookassaMaxRetries, 0...20))
        let returnURL = try yookassaReturnURL()
        let senders = try yookassaSenders()
        let check = try choice(.yookassaSenderCheck, YooKassaConfiguration.SenderCheck.self)
        let holdsOrder = try choice(.yookassaHoldsOrder, Switch.self) == .true
        guard let credentials = try yookassaCredentials(shop, key, base: try yookassaBaseURL()) else { return nil }
        return YooKassaConfiguration(
            shopID: credentials.shopID, isTest: credentials.isTest, senderCheck: check, senders: senders,
            retriesMaximum: retries, returnURL: returnURL, holdsOrder: holdsOrder)
    }

    /// How YooKassa is reached; nil when there is no shop.
    func yookassaCredentials(merchantKey: String?) throws -> YooKassaCredentials? {
        let key = try secret(.yookassaSecretKey, minimum: 8)
        if let merchantKey, merchantKey == key {
            throw SettingsError(
                "merchant.api_key and yookassa.secret_key are the same: give the merchant API a key of its own")
        }
        return try yookassaCredentials(try optional(.yookassaShopID), key, base: try yookassaBaseURL())
    }

    private func yookassaCredentials(
        _ shop: String?, _ key: String?, base: String
    ) throws -> YooKassaCredentials? {
        switch (shop, key) {
        case (nil, nil): return nil
        case (nil, _): throw error(.yookassaShopID, "is missing beside yookassa.secret_key: set both, or none")
        case (_, nil): throw error(.yookassaSecretKey, "is missing beside yookassa.shop_id: set both, or none")
        case (let shop?, let key?):
            guard (1...64).contains(shop.utf8.count),
                shop.utf8.allSatisfy({ Self.isWordByte($0) || $0 == UInt8(ascii: "-") })
            else { throw error(.yookassaShopID, "must be letters, digits, - and _: take it from the cabinet") }
            do { return try YooKassaCredentials(shopID: shop, secretKey: key, baseURL: base) } catch {
                throw self.error(.yookassaShopID, "or its key cannot be used: \(error.description)")
            }
        }
    }

    /// The key goes there.
    private func yookassaBaseURL() throws -> String {
        let text = try text(.yookassaBaseURL)
        guard let url = URL(string: text), let host = url.host, ["https", "http"].contains(url.scheme),
            url.user == nil, url.query == nil, url.fragment == nil, !text.hasSuffix("/"), !text.hasSuffix("?")
        else {
            throw error(
                .yookassaBaseURL, "must be like \(YooKassaCredentials.productionURL), without a slash at the end")
        }
        // An address, not the beginning of a name: 127.example.com may be anywhere.
        let plain = host.trimmingCharacters(in: ["[", "]"])
        let isOurs = plain == "localhost" || (["127.0.0.0/8", "::1"] as AddressList).contains(plain)
        guard url.scheme == "https" || isOurs else {
            throw error(
                .yookassaBaseURL, "must begin with https:// unless it is this machine's own address: the key goes there"
            )
        }
        return text
    }

    private func yookassaReturnURL() throws -> String? {
        guard let text = try optional(.yookassaReturnURL) else { return nil }
        guard let url = URL(string: text.replacing("{id}", with: "id")), ["https", "http"].contains(url.scheme),
            url.host != nil, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw error(.yookassaReturnURL, "must be like https://pay.example/payments/yookassa/{id}/return")
        }
        return text
    }

    private func yookassaSenders() throws -> [String]? {
        guard let text = try optional(.yookassaSenders) else { return nil }
        let list = text.split(separator: ",", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        do { _ = try YooKassaSenders(list) } catch { throw self.error(.yookassaSenders, "is wrong: \(error)") }
        return list
    }
}
