import HTTPTypes
import Hummingbird

/// What the buttons of the simulated YooKassa and Telegram do.
struct YooDeskRoutes: Sendable {
    let site: SandboxSite
    let desk: YooDesk

    private var actions: ActionRoutes { ActionRoutes(site: site) }

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        router.post("/sandbox/yookassa/payments") { request, _ in try await pay(request) }
        router.post("/sandbox/yookassa/payments/{id}/{wish}") { request, context in
            try await ask(request, context.parameters.get("id") ?? "", context.parameters.get("wish") ?? "")
        }
        router.post("/sandbox/yookassa/api/{id}/{deed}") { request, context in
            let form = try await FormFields(request)
            guard let deed = YooDesk.Deed(rawValue: context.parameters.get("deed") ?? "") else {
                throw HTTPError(.notFound)
            }
            return answer(desk.act(deed, context.parameters.get("id") ?? ""), form, request)
        }
        router.post("/sandbox/yookassa/subscriptions") { request, _ in try await subscribe(request) }
        router.post("/sandbox/yookassa/subscriptions/{id}/{wish}") { request, context in
            try await change(request, context.parameters.get("id") ?? "", context.parameters.get("wish") ?? "")
        }
        router.post("/sandbox/yookassa/conduct") { request, _ in
            let form = try await FormFields(request)
            let (mishap, telling) = (YooMishap(rawValue: form["calls"]), YooTelling(rawValue: form["notices"]))
            guard mishap != nil || telling != nil else { throw HTTPError(.badRequest) }
            if let mishap { desk.mishap = mishap }
            if let telling { desk.telling = telling }
            return actions.answer(.done, form, request)
        }
    }

    private func answer(_ isDone: Bool, _ form: FormFields, _ request: Request) -> Response {
        actions.answer(isDone ? .done : .notPossible, form, request)
    }

    /// The page, where the payer comes back to.
    private func home(_ form: FormFields, _ request: Request) -> (language: Language, url: String) {
        let language = Language(query: form["lang"], acceptLanguage: request.headers[.acceptLanguage])
        return (language, "\(site.configuration.url)/?lang=\(language.rawValue)#yookassa")
    }

    /// The shop makes a payment, and the payer is sent to confirm it.
    private func pay(_ request: Request) async throws -> Response {
        let form = try await FormFields(request)
        guard let plan = YooPlan(rawValue: form["plan"]) else { throw HTTPError(.badRequest) }
        guard let order = await site.shop.order(form["order"], language: .en) else {
            return actions.answer(.noOrder, form, request)
        }
        return follow(await site.shop.pay(order, plan, back: home(form, request).url), form, request)
    }

    private func subscribe(_ request: Request) async throws -> Response {
        let form = try await FormFields(request)
        guard let unit = YooUnit(rawValue: form["unit"]) else { throw HTTPError(.badRequest) }
        guard let amount = Amount(text: form["amount"], currency: Amount.rub), amount.minor > 0 else {
            return actions.answer(.badAmount, form, request)
        }
        return follow(await site.shop.subscribe(amount, unit, back: home(form, request).url), form, request)
    }

    private func follow(_ asked: ShopClient.Asked, _ form: FormFields, _ request: Request) -> Response {
        switch asked {
        case .confirm(let path):
            SandboxRoutes.redirect("\(path)&lang=\(home(form, request).language.rawValue)")
        case .waits: actions.answer(.payWaits, form, request)
        case .refused: actions.answer(.payRefused, form, request)
        }
    }

    /// The shop takes held money, calls a payment off, or gives money back.
    private func ask(_ request: Request, _ id: String, _ name: String) async throws -> Response {
        let form = try await FormFields(request)
        guard let wish = ShopClient.YooWish(rawValue: name) else { throw HTTPError(.notFound) }
        var amount: Amount?
        if !form["amount"].isEmpty {
            amount = Amount(text: form["amount"], currency: Amount.rub)
            guard let amount, amount.minor > 0 else { return actions.answer(.badAmount, form, request) }
        }
        guard let payment = desk.yookassa.payment(id), let own = payment.metadata("tx") else {
            return answer(false, form, request)
        }
        return answer(
            await site.shop.ask(wish, own, order: desk.order(of: payment), amount: amount), form, request)
    }

    private func change(_ request: Request, _ id: String, _ name: String) async throws -> Response {
        let form = try await FormFields(request)
        guard name == "next" else {
            guard let wish = ShopClient.YooSubscriptionWish(rawValue: name) else { throw HTTPError(.notFound) }
            return answer(await site.shop.change(id, wish), form, request)
        }
        guard let next = YooNextCharge(rawValue: form["charge"]) else { throw HTTPError(.badRequest) }
        guard let subscription = await site.shop.subscriptions().first(where: { $0.id == id }),
            desk.goOn(subscription, next)
        else { return answer(false, form, request) }
        return actions.answer(.moved, form, request)
    }
}

/// What the button of the simulated Telegram does.
struct TelegramDeskRoutes: Sendable {
    let site: SandboxSite
    let desk: TelegramDesk

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        router.post("/sandbox/telegram/{standing}") { request, context in
            let form = try await FormFields(request)
            guard let standing = context.parameters.get("standing"), ["block", "unblock"].contains(standing) else {
                throw HTTPError(.notFound)
            }
            desk.isBlocked = standing == "block"
            if !desk.isBlocked { await site.shop.resumeTelegram() }
            return ActionRoutes(site: site).answer(.done, form, request)
        }
    }
}
