import Mailer
import NIOHTTP1
import Pledg
import StrictJSON
import TestSupport
import Testing

@testable import Server

@Suite("The settings of groups' purchases and of e-mail")
struct PledgSettingTests {
    private static let key = ["MERCHANT_API_KEY": "sixteen--letters"]

    private func settings(_ more: [String: String] = [:]) throws -> ServerSettings {
        try SettingsFolder().settings(Self.key.merging(more) { $1 })
    }

    @Test("are on where there is a merchant API, unless they are switched off")
    func switched() throws {
        let plain = try #require(try settings().pledg)
        #expect(plain.onFailure == .leaderCovers)
        #expect(plain.usesHolds)
        #expect(plain.hours == 48)
        #expect(plain.membersMaximum == 16)
        #expect(try settings().pledgTimeZone == .utc)
        #expect(try settings(["PLEDG_TIME_ZONE": "Asia/Tashkent"]).pledgTimeZone.name == "Asia/Tashkent")
        #expect(plain.linkSecret.count == 32)
        #expect(try settings(["PLEDG_ENABLED": "off"]).pledg == nil)
        #expect(try SettingsFolder().settings([:]).pledg == nil)
        let other = try #require(
            try settings([
                "PLEDG_ON_FAILURE": "refund_all", "PLEDG_MONEY_MODEL": "charge", "PLEDG_HOURS": "72",
                "PLEDG_MEMBERS_MAX": "4",
            ]).pledg)
        #expect(other.onFailure == .refundAll)
        #expect(!other.usesHolds)
        #expect(other.hours == 72)
        #expect(other.membersMaximum == 4)
    }

    @Test("make the secret of links out of the merchant's key, and it is not that key")
    func secret() throws {
        let first = try #require(try settings().pledg)
        let again = try #require(try settings().pledg)
        let other = try #require(try settings(["MERCHANT_API_KEY": "other---letters-"]).pledg)
        #expect(first.linkSecret == again.linkSecret)
        #expect(first.linkSecret != other.linkSecret)
        #expect(!String(decoding: first.linkSecret, as: UTF8.self).contains("letters"))
    }

    @Test(
        "are refused when they cannot be",
        arguments: [
            (["PLEDG_ENABLED": "yes"], "pledg.enabled (PLEDG_ENABLED) must be one of on, off"),
            (["PLEDG_HOURS": "0"], "pledg.hours (PLEDG_HOURS) must be a whole number from 1 to 720"),
            (["PLEDG_MEMBERS_MAX": "17"], "must be a whole number from 2 to 16"),
            (["PLEDG_ON_FAILURE": "nobody"], "must be one of leader_covers, refund_all"),
            (["PLEDG_TIME_ZONE": "Asia/Nowhere"], "pledg.time_zone (PLEDG_TIME_ZONE) must be the name of a time zone"),
            (["PLEDG_TIME_ZONE": "UTC+5"], "such as UTC, Asia/Tashkent or America/Sao_Paulo, not 'UTC+5'"),
            (["PLEDG_TIME_ZONE": "GMT+0500"], "must be the name of a time zone"),
            (["PLEDG_TIME_ZONE": "EST"], "must be the name of a time zone"),
            (["PLEDG_TIME_ZONE": "../etc/passwd"], "must be the name of a time zone"),
            (["PLEDG_PUBLIC_URL": "pay.example"], "must be like https://pay.example"),
            (["YOOKASSA_CURRENCY": "GBP"], "yookassa.currency (YOOKASSA_CURRENCY) must be one of"),
            (["SMTP_URL": "smtp://mail.example"], "smtp.from (SMTP_FROM) is missing beside smtp.url"),
            (["SMTP_FROM": "a@b.example"], "smtp.url (SMTP_URL) is missing beside smtp.from"),
            (["SMTP_URL": "http://mail.example", "SMTP_FROM": "a@b.example"], "must be like smtp://"),
            (["SMTP_URL": "smtp://mail.example", "SMTP_FROM": "nobody"], "must be like shop@example.com"),
        ])
    func refused(environment: [String: String], words: String) throws {
        let complaint = try SettingsFolder().complaint(Self.key.merging(environment) { $1 })
        #expect(complaint.contains(words), "\(complaint)")
    }

    @Test("of e-mail never show the password")
    func password() throws {
        let settings = try settings([
            "SMTP_URL": "smtps://shop:s3cret-pass@mail.example", "SMTP_FROM": "Shop <shop@example.com>",
        ])
        let smtp = try #require(settings.smtp)
        #expect("\(smtp)" == "mail.example:465, shop@example.com")
        #expect(smtp.from.name == "Shop")
        #expect(!"\(settings)".contains("s3cret-pass"))
        var text = ""
        dump(settings, to: &text)
        #expect(!text.contains("s3cret-pass"))
        let broken = try SettingsFolder().complaint(
            Self.key.merging(["SMTP_URL": "smtp://shop:s3cret-pass@", "SMTP_FROM": "a@b.example"]) { $1 })
        #expect(!broken.contains("s3cret-pass"))
    }

    @Test("another time to pay moves the deadline; more members than allowed are refused")
    func hours() async throws {
        try await PledgScene.with(["PLEDG_HOURS": "2", "PLEDG_MEMBERS_MAX": "3"]) { scene in
            let purchase = try await scene.made()
            let tooMany = try await scene.gateway.setMembers(
                purchase.token, ["a", "b", "c"].map { PledgMember(email: "\($0)@example.com") }, .equal)
            #expect(throws: PledgRefusal.self) { try tooMany.get() }
            try await scene.advance(purchase)
            let shown = try await scene.show(purchase)
            let funded = try #require(shown["funded_at"]?.integerValue)
            #expect(shown["expires_at"] == .integer(funded + 2 * PledgScene.hour))
            scene.move(to: funded + 2 * PledgScene.hour)
            let isOver = try await scene.becomes("FAILED 0.00 unpaid", purchase)
            #expect(isOver)
        }
    }

    @Test("switched off, there is no such path, and purchases that wait are told of")
    func off() async throws {
        try await PledgScene.world { world in
            try await world.running { scene in _ = try await scene.made() }
            var environment = world.environment
            environment["PLEDG_ENABLED"] = "off"
            let book = LogBook()
            let running = try await RunningServer(
                environment, clock: world.clock, folder: world.folder, logger: book.logger)
            let reply = try await PixShop(running: running).send(
                .POST, "/purchase", PledgScene.body(), key: running.merchantKey)
            #expect(reply.status == 404)
            #expect(book.lines.contains { $0.contains("groups' purchases wait, and nobody looks after them") })
            await running.stop()
        }
    }
}
