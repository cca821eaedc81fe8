"""What a second of the service costs by each root field: where two differ much, the price of one of them is wrong."""

import time
from collections.abc import Mapping

from bench.data import MICROSOFT, Data
from bench.row import Row
from bench.service import NotServed, Served

LEAST_CPU_SECONDS = 0.05
"""The clock of a process's CPU time ticks every hundredth of a second."""


def documents(data: Data) -> Mapping[str, str]:
    """A document for each root field of Query, which asks it for much of what it can give."""
    buyer = data.buyer(0)
    customer, partner = buyer.id, data.partners.first
    question = f'{{communicator: "{MICROSOFT}", customer: "{customer}", topic: "renewal"}}'
    change = f'{{putCustomer: {{key: "{customer.partition(":")[2]}", country: "ES"}}}}'
    why = "verdict rulings { standing statements { code } path { from { id } to { id } } } explanation"
    around = "name subscriptions { id offer } agreements { id } partners { name } permissionMatrix { verdicts } events { at }"
    page = "edges { cursor node { id name } } pageInfo { hasNextPage } totalCount"
    return {
        "node": f'{{ node(id: "{customer}") {{ id ... on Customer {{ {around} }} }} }}',
        "nodes": f'{{ nodes(ids: ["{customer}", "{partner}"]) {{ id }} }}',
        "customer": f'{{ customer(id: "{customer}") {{ {around} }} }}',
        "customers": f"{{ customers(first: 200) {{ {page} }} }}",
        "partner": f'{{ partner(id: "{partner}") {{ name roles contactable(topic: "renewal") {{ edges {{ node {{ name }} }} }} }} }}',
        "partners": f"{{ partners(first: 200) {{ {page} }} }}",
        "topics": "{ topics { id code category name description } }",
        "permittedCommunicators": f'{{ permittedCommunicators(customer: "{customer}", topic: "renewal") {{ {why} }} }}',
        "permission": f'{{ permission(communicator: "{MICROSOFT}", customer: "{customer}", topic: "renewal") {{ {why} }} }}',
        "permissions": f"{{ permissions(questions: [{question * 50}]) {{ {why} }} }}",
        "communications": "{ communications { edges { node { id } } totalCount } }",
        "customerStatistics": "{ customerStatistics(by: [COUNTRY, BILLER]) { country customers } }",
        "findings": "{ findings { edges { node { kind text } } totalCount } }",
        "findingCounts": "{ findingCounts { kind findings } }",
        "outreach": '{ outreach(topic: "renewal") { total groups { customerCount } } }',
        "simulate": f"{{ simulate(changes: [{change}]) {{ topic {{ code }} }} }}",
        "policy": "{ policy { version rules { standing category verdict statements { code text } } } }",
        "revision": "{ revision }",
        "__schema": "{ __schema { types { name fields { name args { name } } } } }",
        "__type": '{ __type(name: "Customer") { fields { name args { name } } } }',
    }


def cost_row(data: Data, served: Served, seconds: float) -> Row:
    """The least cost of a second over the root fields that cost anything, and the most beside it; seconds: for each field."""
    rates = {}
    for field, document in documents(data).items():
        until, begun, cost, times = time.perf_counter() + seconds, served.cpu_seconds(), 0, 0
        while time.perf_counter() < until or served.cpu_seconds() - begun < LEAST_CPU_SECONDS:
            body = served.post(f"{document} # {times}", {}).json()  # each another document, so that no answer is given again
            if "errors" in body:
                raise NotServed(f"{body['errors'][:1]} to {document}")
            cost, times = body["extensions"]["cost"]["cost"], times + 1
        if cost:
            rates[field] = cost * times / (served.cpu_seconds() - begun)
    least, most = min(rates, key=lambda field: rates[field]), max(rates, key=lambda field: rates[field])
    return Row(
        "cost", f"cost of a second of the service by root field: least {least}; most {most} ({rates[most]:,.0f})", "/s", rates[least]
    )
