/*
 * Prints a pod list as kubectl does (4 spaces, keys sorted, kind at the end):
 * what an import has to read. podlist MEGABYTES
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* About as much around the few fields that count as a real pod has. */
static size_t print_pod(uint64_t i)
{
	const unsigned minute = (unsigned)(i / 60 % 60), hour = (unsigned)(i / 3600 % 24), second = (unsigned)(i % 60);
	size_t length = 0;

	length += (size_t)printf(
		"        {\n            \"apiVersion\": \"v1\",\n            \"kind\": \"Pod\",\n            \"metadata\": {\n"
		"                \"annotations\": {\n                    \"checksum/config\": \"%016" PRIx64 "%016" PRIx64 "\",\n"
		"                    \"kubernetes.io/config.seen\": \"2026-03-02T%02u:%02u:%02u.123456789Z\"\n                },\n"
		"                \"creationTimestamp\": \"2026-03-02T%02u:%02u:%02uZ\",\n"
		"                \"generateName\": \"service-%" PRIu64 "-6d8f9c7b5-\",\n                \"labels\": {\n"
		"                    \"app.kubernetes.io/name\": \"service-%" PRIu64 "\",\n"
		"                    \"pod-template-hash\": \"6d8f9c7b5\",\n                    \"team\": \"team-%" PRIu64 "\"\n                },\n"
		"                \"name\": \"service-%" PRIu64 "-6d8f9c7b5-%06" PRIx64 "\",\n                \"namespace\": \"space-%" PRIu64 "\",\n"
		"                \"ownerReferences\": [\n                    {\n                        \"apiVersion\": \"apps/v1\",\n"
		"                        \"blockOwnerDeletion\": true,\n                        \"controller\": true,\n"
		"                        \"kind\": \"ReplicaSet\",\n                        \"name\": \"service-%" PRIu64 "-6d8f9c7b5\",\n"
		"                        \"uid\": \"%08" PRIx64 "-1111-4000-8000-000000000000\"\n                    }\n                ],\n"
		"                \"resourceVersion\": \"%" PRIu64 "\",\n                \"uid\": \"%08" PRIx64 "-0000-4000-8000-000000000000\"\n            },\n",
		i * 0x9e3779b97f4a7c15u, ~i * 0x9e3779b97f4a7c15u, hour, minute, second, hour, minute, second, i % 500, i % 500,
		i % 20, i % 500, i, i % 40, i % 500, i % 500, i + 1, i);
	length += (size_t)printf(
		"            \"spec\": {\n                \"containers\": [\n                    {\n                        \"env\": [\n"
		"                            {\n                                \"name\": \"POD_NAME\",\n                                \"valueFrom\": {\n"
		"                                    \"fieldRef\": {\n                                        \"apiVersion\": \"v1\",\n"
		"                                        \"fieldPath\": \"metadata.name\"\n                                    }\n"
		"                                }\n                            }\n                        ],\n"
		"                        \"image\": \"registry.example.com/team/service-%" PRIu64 ":1.2.3\",\n"
		"                        \"imagePullPolicy\": \"IfNotPresent\",\n                        \"livenessProbe\": {\n"
		"                            \"failureThreshold\": 3,\n                            \"httpGet\": {\n"
		"                                \"path\": \"/healthz\",\n                                \"port\": 8080\n                            }\n"
		"                        },\n                        \"name\": \"main\",\n                        \"resources\": {\n"
		"                            \"limits\": {\n                                \"memory\": \"%" PRIu64 "Mi\"\n                            },\n"
		"                            \"requests\": {\n                                \"cpu\": \"%" PRIu64 "m\",\n"
		"                                \"memory\": \"%" PRIu64 "Mi\"\n                            }\n                        },\n"
		"                        \"volumeMounts\": [\n                            {\n"
		"                                \"mountPath\": \"/var/run/secrets/kubernetes.io/serviceaccount\",\n"
		"                                \"name\": \"kube-api-access\",\n                                \"readOnly\": true\n"
		"                            }\n                        ]\n                    }\n                ],\n"
		"                \"nodeName\": \"ip-10-0-%" PRIu64 "-%" PRIu64 ".example.internal\",\n                \"priority\": 0,\n"
		"                \"restartPolicy\": \"Always\",\n                \"schedulerName\": \"default-scheduler\",\n"
		"                \"tolerations\": [\n                    {\n                        \"effect\": \"NoExecute\",\n"
		"                        \"key\": \"node.kubernetes.io/not-ready\",\n                        \"operator\": \"Exists\",\n"
		"                        \"tolerationSeconds\": 300\n                    }\n                ]\n            },\n",
		i % 500, 64 + i % 32 * 64, 100 + i % 20 * 50, 64 + i % 32 * 64, i / 250 % 250, i % 250);
	length += (size_t)printf(
		"            \"status\": {\n                \"conditions\": [\n                    {\n"
		"                        \"lastProbeTime\": null,\n"
		"                        \"lastTransitionTime\": \"2026-03-02T%02u:%02u:%02uZ\",\n                        \"status\": \"True\",\n"
		"                        \"type\": \"PodScheduled\"\n                    }\n                ],\n"
		"                \"containerStatuses\": [\n                    {\n                        \"name\": \"main\",\n"
		"                        \"ready\": true,\n                        \"restartCount\": 0,\n                        \"state\": {\n"
		"                            \"running\": {\n                                \"startedAt\": \"2026-03-02T%02u:%02u:%02uZ\"\n"
		"                            }\n                        }\n                    }\n                ],\n"
		"                \"phase\": \"Running\",\n                \"qosClass\": \"Burstable\"\n            }\n        }",
		hour, minute, second, hour, minute, second);
	return length;
}

int main(int argc, char **argv)
{
	const uint64_t wanted = (argc > 1 ? strtoull(argv[1], NULL, 10) : 100) * 1000000;
	uint64_t length = 0;

	printf("{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n");
	for (uint64_t i = 0; length < wanted; i++) {
		if (i)
			printf(",\n");
		length += print_pod(i);
	}
	printf("\n    ],\n    \"kind\": \"List\",\n    \"metadata\": {\n        \"resourceVersion\": \"\"\n    }\n}\n");
	return ferror(stdout) || fclose(stdout) ? 1 : 0;
}
