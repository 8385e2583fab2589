import HTTPTypes
import Hummingbird
import NIOCore

/// The page and everything it links to.
struct SandboxRoutes: Sendable {
    let site: SandboxSite

    static let entriesShown = 60

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        let group = router.group()
            .add(middleware: SiteGuard<Context>(hosts: site.hosts, openPosts: [CheckoutRoutes.path]))
            .add(middleware: ErrorPage<Context>(pages: site.pages))
        group.get("/") { request, _ in await page(request) }
        group.get("/sandbox/panels") { request, _ in await panels(request) }
        group.get("/sandbox/events") { request, _ in
            await EventStream(timeline: site.timeline, pages: site.pages, desk: site.desk)
                .response(request, Self.language(request))
        }
        group.get("/sandbox/assets/sandbox.css") { _, _ in Self.asset(Pages.stylesheet, "text/css") }
        group.get("/sandbox/assets/sandbox.js") { _, _ in Self.asset(Pages.script, "text/javascript") }
        group.get("/sandbox/conformance/report") { _, _ in await report() }
        ActionRoutes(site: site).add(to: group)
        CheckoutRoutes(site: site).add(to: group)
        if let pix = site.pix {
            PixDeskRoutes(site: site, desk: pix).add(to: group)
            // Outside the group: it is the server that calls, not a page.
            pix.bank.addRoutes(to: router, at: SandboxPix.bankPath)
            pix.open()
        }
        addYooKassa(to: group, outside: router)
        if let groups = site.groups {
            GroupDeskRoutes(site: site, desk: groups).add(to: group)
            // Outside the group: it is the server that calls, not a page.
            GroupWebhookRoutes(desk: groups).add(to: router)
        }
        guard let click = site.click else { return }
        ClickRoutes(site: site, click: click).add(to: group)
        // Outside the group: it is the server that calls, not a page.
        ClickAPIRoutes(click: click).add(to: router)
    }

    /// - Parameter router: for what the server calls, and for the payer's page, which has a guard of its own.
    private func addYooKassa<Context: RequestContext>(
        to group: some RouterMethods<Context>, outside router: some RouterMethods<Context>
    ) {
        if let telegram = site.telegram {
            TelegramDeskRoutes(site: site, desk: telegram).add(to: group)
            telegram.telegram.addRoutes(to: router, at: SandboxTelegram.path)
        }
        guard let yoo = site.yoo else { return }
        YooDeskRoutes(site: site, desk: yoo).add(to: group)
        yoo.yookassa.addRoutes(
            to: router, at: SandboxYooKassa.path, origin: site.configuration.url, hosts: site.hosts,
            page: site.yooPage)
        yoo.open()
    }

    private func page(_ request: Request) async -> Response {
        let language = Self.language(request)
        var values = await panelValues(language)
        let pages = site.pages
        values["languages"] = pages.languages(language, path: "/")
        values["lastID"] = site.timeline.lastID
        values["entries"] = site.timeline.newest(Self.entriesShown).map { pages.entryValues($0, language) }
        values["hasEntries"] = !site.timeline.newest(1).isEmpty
        values["suite"] = pages.suiteValues(await site.desk.progress, language)
        values["cards"] = pages.cardValues(language)
        values["conducts"] = pages.conductValues(.normal, language)
        values["clickConducts"] = pages.clickConductValues(.normal, language)
        if let key = request.uri.queryParameters["notice"].map(String.init), let notice = Notice(rawValue: key) {
            values["notice"] = pages.text(notice.key, language)
            values["noticeTone"] = notice.isGood ? "good" : "refused"
        }
        return Self.html(pages.render("page", values, language))
    }

    private func panels(_ request: Request) async -> Response {
        let language = Self.language(request)
        let values = await panelValues(language)
        let pages = site.pages
        let parts = [
            ("orders", true), ("receipts", true), ("click", site.click != nil), ("pix", site.pix != nil),
            ("yookassa", site.yoo != nil), ("groups", site.groups != nil), ("mailbox", site.groups != nil),
            ("telegram", site.telegram != nil),
        ]
        let names = parts.filter(\.1).map(\.0)
        return Self.html(names.map { pages.render($0, values, language) }.joined())
    }

    /// What changes with every payment: orders, receipts, the clock.
    private func panelValues(_ language: Language) async -> [String: Any] {
        let pages = site.pages
        var values: [String: Any] = [:]
        let orders = await site.shop.orders()
        let pixPages = site.pix?.pages ?? [:]
        values["orders"] = (orders ?? []).map { pages.orderValues($0, pixPage: pixPages[$0.id], language) }
        values["hasNoOrders"] = orders?.isEmpty ?? true
        let receipts = await site.payme.receipts.prefix(30)
        values["receipts"] = receipts.map { pages.receiptValues($0, site.payme.allowed($0), language) }
        values["hasNoReceipts"] = receipts.isEmpty
        values["waiting"] = receipts.count { $0.isUnfinished }
        values["reconciliation"] = await site.payme.reconciliation.map { pages.reconciliationValues($0, language) }
        if let click = site.click {
            values["hasClick"] = true
            let payments = await click.receipts.prefix(30)
            values["clickReceipts"] = payments.map {
                pages.clickReceiptValues($0, click.allowed($0), click.codes, language)
            }
            let invoices = await click.invoices.suffix(10).reversed()
            values["clickInvoices"] = invoices.map { pages.invoiceValues($0, language) }
            values["hasNoClickReceipts"] = payments.isEmpty && invoices.isEmpty
        }
        if let pix = site.pix {
            values["hasPix"] = true
            values.merge(pages.pixValues(pix, language)) { $1 }
        }
        if let yoo = site.yoo {
            values["hasYoo"] = true
            values.merge(pages.yooValues(yoo, await site.shop.subscriptions(), language)) { $1 }
        }
        if let groups = site.groups {
            values["hasGroups"] = true
            values.merge(pages.groupValues(groups, await groups.purchases(by: site.shop), site.currencies, language)) {
                $1
            }
            values.merge(pages.mailValues(groups.mailbox, language)) { $1 }
        }
        if let telegram = site.telegram {
            values["hasTelegram"] = true
            values.merge(pages.telegramValues(telegram, language)) { $1 }
        }
        values["clock"] = Moment.text(site.clock.now, as: .minute)
        let hours = site.clock.shift / 3_600_000
        values["shift"] = hours > 0 ? "+\(hours)" : nil
        return values
    }

    private func report() async -> Response {
        guard let html = await site.desk.report else { return Self.redirect("/#suite") }
        var response = Self.html(html)
        // The report carries its own style, and no script.
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        return response
    }

    static func language(_ request: Request) -> Language {
        Language(
            query: request.uri.queryParameters["lang"].map(String.init),
            acceptLanguage: request.headers[.acceptLanguage])
    }

    static func html(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    static func redirect(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path])
    }

    private static func asset(_ bytes: [UInt8], _ type: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "\(type); charset=utf-8", .cacheControl: "no-cache"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
