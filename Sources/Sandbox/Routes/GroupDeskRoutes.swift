import HTTPTypes
import Hummingbird

/// What the buttons of the purchases by groups do.
struct GroupDeskRoutes: Sendable {
    let site: SandboxSite
    let desk: GroupDesk

    private var actions: ActionRoutes { ActionRoutes(site: site) }

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        router.post("/sandbox/groups") { request, _ in try await make(request) }
        router.post("/sandbox/groups/clock") { request, _ in
            let form = try await FormFields(request)
            guard let hours = GroupHours(rawValue: form["hours"]) else { throw HTTPError(.badRequest) }
            desk.hoursLater(hours)
            return actions.answer(.hoursLater, form, request)
        }
        router.post("/sandbox/groups/{id}/{wish}") { request, context in
            let form = try await FormFields(request)
            guard let wish = ShopClient.GroupWish(rawValue: context.parameters.get("wish") ?? "") else {
                throw HTTPError(.notFound)
            }
            let purchase = await site.shop.purchase(context.parameters.get("id") ?? "")
            guard let purchase, await site.shop.ask(wish, purchase) else {
                return actions.answer(.notPossible, form, request)
            }
            return actions.answer(.done, form, request)
        }
    }

    /// The shop makes a purchase; its leader's page is a link of the list then.
    private func make(_ request: Request) async throws -> Response {
        let form = try await FormFields(request)
        guard let plan = GroupPlan(rawValue: form["plan"]) else { throw HTTPError(.badRequest) }
        guard site.currencies.contains(form["currency"]) else { throw HTTPError(.badRequest) }
        guard let amount = Amount(text: form["amount"], currency: form["currency"]), amount.minor > 0 else {
            return actions.answer(.badAmount, form, request)
        }
        let basket = ShopClient.GroupBasket(
            title: form["title"], amount: amount, organiser: form["organiser"], plan: plan,
            language: Language(query: form["lang"], acceptLanguage: request.headers[.acceptLanguage]))
        guard let id = await site.shop.purchase(basket, reference: desk.nextReference()) else {
            return actions.answer(.groupRefused, form, request)
        }
        desk.note(id, plan)
        return actions.answer(.grouped, form, request)
    }
}

extension SandboxSite {
    /// In which something can be paid here.
    var currencies: [String] {
        [Amount.uzs] + (pix == nil ? [] : [Amount.brl]) + (yoo == nil ? [] : [Amount.rub])
    }
}
