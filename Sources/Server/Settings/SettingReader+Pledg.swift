import Crypto
import Foundation
import Mailer
import Payments
import Pledg

extension SettingReader {
    private enum Switch: String, CaseIterable {
        case on, off
    }

    private enum MoneyModel: String, CaseIterable {
        /// Held where the gateway can, else taken.
        case hold
        /// Taken.
        case charge
    }

    /// Purchases of groups; nil when there is no merchant API, or they are switched off. The rest is read all the same.
    ///
    /// - Parameter merchantKey: what the secret of links is made of: nobody has to choose another one.
    func pledg(merchantKey: String?) throws -> PledgConfiguration? {
        let isOn = try choice(.pledgEnabled, Switch.self) == .on
        let onFailure = try choice(.pledgOnFailure, PledgConfiguration.OnFailure.self)
        let model = try choice(.pledgMoneyModel, MoneyModel.self)
        let hours = try integer(.pledgHours, 1...720)
        let members = try integer(.pledgMembersMaximum, 2...16)
        guard isOn, let merchantKey else { return nil }
        let secret = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Array(merchantKey.utf8)), info: Array("tiyin pledg links 1".utf8),
            outputByteCount: 32)
        return PledgConfiguration(
            onFailure: onFailure, linkSecret: secret.withUnsafeBytes { Array($0) }, sendsMail: false,
            usesHolds: model == .hold, hours: Int64(hours), membersMaximum: members)
    }

    /// In which members of a group read times.
    func pledgTimeZone() throws -> GroupTimeZone {
        let text = try text(.pledgTimeZone)
        guard let zone = GroupTimeZone(text) else {
            throw error(
                .pledgTimeZone,
                "must be the name of a time zone, such as UTC, Asia/Tashkent or America/Sao_Paulo, not '\(text)'")
        }
        return zone
    }

    /// What links to payers' pages begin with.
    func pledgPublicURL() throws -> String? {
        guard let text = try optional(.pledgPublicURL) else { return nil }
        guard let url = URL(string: text), ["https", "http"].contains(url.scheme), url.host != nil, url.query == nil,
            url.fragment == nil, url.user == nil, !text.hasSuffix("/"), !text.hasSuffix("?"), !text.hasSuffix("#"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw error(.pledgPublicURL, "must be like https://pay.example, without a slash at the end") }
        return text
    }

    /// Where e-mails are handed over; nil: none are sent. An error repeats nothing of the URL: it may hold a password.
    func smtp() throws -> ServerSettings.SMTP? {
        let server = try optional(.smtpURL).map { text in
            do throws(SMTPServer.Flaw) { return try SMTPServer(text) } catch {
                throw self.error(.smtpURL, error.description)
            }
        }
        let from = try optional(.smtpFrom).map { text in
            guard let address = Self.mailbox(text) else {
                throw error(.smtpFrom, "must be like shop@example.com or Shop <shop@example.com>")
            }
            return address
        }
        switch (server, from) {
        case (nil, nil): return nil
        case (nil, _): throw error(.smtpURL, "is missing beside smtp.from: set both, or none")
        case (_, nil): throw error(.smtpFrom, "is missing beside smtp.url: set both, or none")
        case (let server?, let from?): return ServerSettings.SMTP(server: server, from: from)
        }
    }

    /// `a@b.example`, or `Name <a@b.example>`.
    private static func mailbox(_ text: String) -> MailAddress? {
        guard text.hasSuffix(">"), let start = text.lastIndex(of: "<") else { return MailAddress(text) }
        let name = text[..<start].trimmingCharacters(in: .whitespaces)
        return MailAddress(String(text[text.index(after: start)...].dropLast()), name: name)
    }

    /// What YooKassa's shop is paid in.
    func yookassaCurrency() throws -> Currency {
        let text = try text(.yookassaCurrency)
        guard let currency = Currency(code: text) else {
            let codes = Currency.known.map(\.code).joined(separator: ", ")
            throw error(.yookassaCurrency, "must be one of \(codes), not '\(text)'")
        }
        return currency
    }
}
