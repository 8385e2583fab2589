import Foundation
import Hummingbird

/// What the buttons of the simulated bank do.
struct PixDeskRoutes: Sendable {
    let site: SandboxSite
    let desk: PixDesk

    private var actions: ActionRoutes { ActionRoutes(site: site) }

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        router.post("/sandbox/pix/charges") { request, _ in try await charge(request) }
        router.post("/sandbox/pix/charges/{id}/pay") { request, context in
            let form = try await FormFields(request)
            guard let paying = PixPaying(rawValue: form["how"]) else { throw HTTPError(.badRequest) }
            return answer(desk.pay(context.parameters.get("id") ?? "", paying), form, request)
        }
        router.post("/sandbox/pix/charges/{id}/cancel") { request, context in
            let form = try await FormFields(request)
            guard let charge = desk.charge(context.parameters.get("id") ?? ""), let number = charge.transaction else {
                return answer(false, form, request)
            }
            return answer(await site.shop.cancel(number, order: charge.order), form, request)
        }
        router.post("/sandbox/pix/receipts/{id}/refund") { request, context in
            try await refund(request, context.parameters.get("id") ?? "")
        }
        router.post("/sandbox/pix/bank/{id}/{deed}") { request, context in
            let form = try await FormFields(request)
            guard let deed = PixDesk.Deed(rawValue: context.parameters.get("deed") ?? "") else {
                throw HTTPError(.notFound)
            }
            return answer(desk.act(deed, context.parameters.get("id") ?? ""), form, request)
        }
        router.post("/sandbox/pix/conduct") { request, _ in
            let form = try await FormFields(request)
            let (mishap, telling) = (PixMishap(rawValue: form["calls"]), PixTelling(rawValue: form["notices"]))
            guard mishap != nil || telling != nil else { throw HTTPError(.badRequest) }
            if let mishap { desk.mishap = mishap }
            if let telling { desk.telling = telling }
            return actions.answer(.conduct, form, request)
        }
        router.post("/sandbox/pix/payouts") { request, _ in try await pay(request) }
    }

    private func answer(_ isDone: Bool, _ form: FormFields, _ request: Request) -> Response {
        actions.answer(isDone ? .done : .notPossible, form, request)
    }

    private func charge(_ request: Request) async throws -> Response {
        let form = try await FormFields(request)
        guard let order = await site.shop.order(form["order"], language: .en) else {
            return actions.answer(.noOrder, form, request)
        }
        let isMade = await site.shop.charge(order, at: desk)
        return actions.answer(isMade ? .charged : .chargeRefused, form, request)
    }

    /// The shop gives a payment back, whole or in part.
    private func refund(_ request: Request, _ id: String) async throws -> Response {
        let form = try await FormFields(request)
        var amount: Amount?
        if !form["amount"].isEmpty {
            amount = Amount(text: form["amount"], currency: Amount.brl)
            guard let amount, amount.minor > 0 else { return actions.answer(.badAmount, form, request) }
        }
        guard let charge = desk.receipt(id)?.txid.flatMap(desk.charge), let number = charge.transaction else {
            return answer(false, form, request)
        }
        return answer(await site.shop.refund(number, order: charge.order, amount: amount), form, request)
    }

    /// The shop sends money: something new, or what it sent last once more.
    private func pay(_ request: Request) async throws -> Response {
        let form = try await FormFields(request)
        if form["again"] == "yes" {
            guard let last = desk.lastPayout else { return answer(false, form, request) }
            return answer(await site.shop.send(last), form, request)
        }
        guard let course = PixPayoutCourse(rawValue: form["course"]) else { throw HTTPError(.badRequest) }
        guard let amount = Amount(text: form["amount"], currency: Amount.brl), amount.minor > 0 else {
            return actions.answer(.badAmount, form, request)
        }
        let reference = "payout-" + UUID().uuidString.lowercased().prefix(8)
        let payout = PixShopPayout(reference: reference, amount: amount, key: form["key"])
        desk.bank.conduct.payoutStatuses = course.statuses
        desk.lastPayout = payout
        return answer(await site.shop.send(payout), form, request)
    }
}
